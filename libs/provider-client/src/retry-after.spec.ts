import { parseRetryAfter } from './retry-after.js';

const now = new Date('2026-01-15T10:00:00.000Z');

describe('parseRetryAfter', () => {
  it.each([
    ['30', 30_000],
    ['0.5', 500],
    ['Thu, 15 Jan 2026 10:01:00 GMT', 60_000],
    ['86400', 3_600_000],
    ['0', null],
    ['-5', null],
    ['Thu, 15 Jan 2026 09:59:00 GMT', null],
    ['soon', null],
    ['', null],
    [undefined, null],
  ])('reads %p as %p ms', (value, expected) => {
    expect(parseRetryAfter(value, now)).toBe(expected);
  });
});
