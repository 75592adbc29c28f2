import { remainsAfterErasure } from './erasure-remains.js';

const now = new Date('2026-11-20T09:30:00.000Z');

describe('what remains after an erasure', () => {
  it('names each day of the stream that can hold an event, and the backups, with when that ends', () => {
    const remains = remainsAfterErasure({ now, since: new Date('2026-01-01'), streamDays: 2, backupDays: 30 });
    expect(remains).toEqual([
      { what: 'The stream of entity events, day 2026-11-18.', until: '2026-11-21T00:00:00.000Z' },
      { what: 'The stream of entity events, day 2026-11-19.', until: '2026-11-22T00:00:00.000Z' },
      { what: 'The stream of entity events, day 2026-11-20.', until: '2026-11-23T00:00:00.000Z' },
      { what: 'Backups made before 2026-11-20T09:30:00.000Z.', until: '2026-12-20T09:30:00.000Z' },
    ]);
  });

  it('names no day before the firm came', () => {
    const since = new Date('2026-11-20T08:00:00.000Z');
    const remains = remainsAfterErasure({ now, since, streamDays: 7, backupDays: 1 });
    expect(remains.map(({ what }) => what)).toEqual([
      'The stream of entity events, day 2026-11-20.',
      'Backups made before 2026-11-20T09:30:00.000Z.',
    ]);
  });
});
