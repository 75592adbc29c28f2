import { revocationAttempts, revocationPauseMs } from './revocation-pause.js';

const minute = 60_000;
const longest = () => 1;

describe('the pause before a provider is asked again to revoke', () => {
  it('doubles up to five minutes', () => {
    const pauses = [1, 2, 3, 4, 5, 6, 7].map((attempts) => revocationPauseMs(attempts, longest, null));
    expect(pauses).toEqual([10_000, 20_000, 40_000, 80_000, 160_000, 5 * minute, 5 * minute]);
  });

  it('is jittered downwards and never shorter than the provider asked', () => {
    expect(revocationPauseMs(1, () => 0, null)).toBe(5_000);
    expect(revocationPauseMs(1, () => 0, 60_000)).toBe(60_000);
  });

  it('ends within about a quarter of an hour', () => {
    let total = 0;
    for (let attempt = 1; attempt < revocationAttempts; attempt++) total += revocationPauseMs(attempt, longest, null);
    expect(total).toBeGreaterThan(10 * minute);
    expect(total).toBeLessThan(20 * minute);
  });
});
