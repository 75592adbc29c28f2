import { fakeClock } from './fake-clock.js';
import { seededRandom } from './seeded-random.js';

describe('a fake clock', () => {
  it('stands still until it is moved', () => {
    const clock = fakeClock('2026-03-01T12:00:00Z');
    const before = clock.now();
    clock.advance(1500);
    expect([before, clock.now()].map((instant) => instant.toISOString())).toEqual([
      '2026-03-01T12:00:00.000Z',
      '2026-03-01T12:00:01.500Z',
    ]);
  });
});

describe('seeded random', () => {
  const numbers = (seed: number) => Array.from({ length: 1000 }, seededRandom(seed));

  it('repeats itself for a seed and differs between seeds', () => {
    expect(numbers(7)).toEqual(numbers(7));
    expect(numbers(7)).not.toEqual(numbers(8));
  });

  it('fills the range from 0 to below 1 evenly', () => {
    const tenths = numbers(42).map((number) => Math.floor(number * 10));
    const counts = Array.from({ length: 10 }, (_, tenth) => tenths.filter((found) => found === tenth).length);
    for (const count of counts) expect(count).toBeGreaterThan(60);
    expect(tenths.every((tenth) => tenth >= 0 && tenth < 10)).toBe(true);
  });
});
