import { secondsFor } from './forecast.js';

describe('how long waiting calls take', () => {
  it.each([
    [0, 0],
    [40, 0],
    [100, 60],
    [1_000, 960],
    [2_000, 3_960],
  ])('%d calls with 60 a minute and 1 000 an hour take %d s', (calls, seconds) => {
    const levels = [
      { seconds: 60, limit: 60, available: 40 },
      { seconds: 3_600, limit: 1_000, available: 900 },
    ];
    expect(secondsFor(calls, levels)).toBeCloseTo(seconds, 6);
  });

  it('takes no time when nothing limits them', () => expect(secondsFor(1_000_000, [])).toBe(0));
});
