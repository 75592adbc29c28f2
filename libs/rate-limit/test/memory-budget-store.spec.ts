import { fakeClock, seededRandom } from '@firmbridge/testing';
import { MemoryBudgetStore } from '../src/index.js';
import { aBudget, anObservation, itKeepsBudgets } from './store-suite.js';

describe('MemoryBudgetStore', () => {
  const clock = fakeClock();
  const store = new MemoryBudgetStore(clock.now);

  itKeepsBudgets(() => ({ store, pass: async (milliseconds) => clock.advance(milliseconds) }));

  it.each([1, 2, 3])(
    'never grants more than the limit in any sliding window, whatever the demand (seed %d)',
    async (seed) => {
      const random = seededRandom(seed);
      const budget = aBudget({
        windows: [
          { limit: 50, seconds: 60 },
          { limit: 400, seconds: 3600 },
        ],
      });
      await store.observe(budget, anObservation());
      const grants: number[] = [];
      for (let step = 0; step < 6_000; step++) {
        const reservation = await store.reserve({ ...budget, lane: random() < 0.5 ? 'interactive' : 'sweep' });
        if (reservation.isGranted) grants.push(reservation.at.getTime());
        else clock.advance(random() < 0.02 ? random() * 900_000 : random() * 3_000);
      }
      expect(grants.length).toBeGreaterThan(400);
      expect(mostGrantedIn(grants, 60_000)).toBeLessThanOrEqual(50);
      expect(mostGrantedIn(grants, 3_600_000)).toBeLessThanOrEqual(400);
    },
  );
});

function mostGrantedIn(grants: readonly number[], windowMs: number): number {
  let from = 0;
  return grants.reduce((most, at, index) => {
    while ((grants[from] ?? at) <= at - windowMs) from++;
    return Math.max(most, index - from + 1);
  }, 0);
}
