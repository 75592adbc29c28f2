import { refreshCooldownMs } from './refresh-cooldown.js';

describe('the cooldown after a failed refresh', () => {
  it('doubles up to five minutes', () => {
    const waits = [1, 2, 3, 20].map((failures) => refreshCooldownMs(failures, () => 1, null));
    expect(waits).toEqual([5_000, 10_000, 20_000, 300_000]);
  });

  it('is jittered downwards by half at most', () => {
    expect(refreshCooldownMs(1, () => 0, null)).toBe(2_500);
  });

  it('is never shorter than the provider asked, within reason', () => {
    expect(refreshCooldownMs(1, () => 0, 60_000)).toBe(60_000);
    expect(refreshCooldownMs(1, () => 0, 86_400_000)).toBe(900_000);
  });
});
