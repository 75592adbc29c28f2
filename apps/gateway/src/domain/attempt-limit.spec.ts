import { AttemptLimit } from './attempt-limit.js';

describe('AttemptLimit', () => {
  it('lets so many through in a minute, by address, and tells how long the next has to wait', () => {
    let now = 0;
    const limit = new AttemptLimit(2, () => now);
    expect([limit.take('a'), limit.take('a'), limit.take('b')]).toEqual([0, 0, 0]);
    now = 20_000;
    expect([limit.take('a'), limit.take('b')]).toEqual([40_000, 0]);
    now = 60_000;
    expect(limit.take('a')).toBe(0);
  });

  it('keeps a bounded number of addresses', () => {
    const limit = new AttemptLimit(1, () => 0);
    limit.take('first');
    for (let n = 0; n < 10_000; n += 1) limit.take(`another ${n}`);
    expect(limit.take('first')).toBe(0);
  });
});
