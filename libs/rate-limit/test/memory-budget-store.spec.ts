import { fakeClock, seededRandom } from '@firmbridge/testing';
import { MemoryBudgetStore } from '../src/index.js';
import { aBudget, anObservation, itKeepsBudgets } from './store-suite.js';
import { callStrictProvider } from './strict-provider.js';

describe('MemoryBudgetStore', () => {
  const clock = fakeClock();
  const store = new MemoryBudgetStore(clock.now);

  itKeepsBudgets(() => ({ store, pass: async (milliseconds) => clock.advance(milliseconds) }));

  it.each([
    ['interactive', 1],
    ['initial', 2],
  ] as const)(
    'uses 95 %% of what a strict provider permits and never goes over it, however late calls arrive (%s, seed %d)',
    async (lane, seed) => {
      const random = seededRandom(seed);
      const budget = aBudget({ windows: [{ limit: 60, seconds: 60 }] });
      const latencyMs = () => (random() < 0.05 ? random() * 5_000 : random() * 150);
      const { counted } = await callStrictProvider(budget, { forMs: 360_000, latencyMs, lane });
      expect(mostIn(counted, 60_000)).toBeLessThanOrEqual(60);
      expect(counted.length / 360).toBeGreaterThanOrEqual(0.95);
    },
  );

  it('counts a call of which nothing was heard until a window after it must have ended', async () => {
    const budget = aBudget({ windows: [{ limit: 2, seconds: 600 }] });
    await store.observe(budget, anObservation());
    const ask = async () => (await store.reserve({ ...budget, lane: 'interactive', wanted: 1 })).granted;
    expect(await ask()).toBe(1);
    clock.advance(61_000);
    expect(await ask()).toBe(0);
    clock.advance(599_000);
    expect(await ask()).toBe(0);
    clock.advance(10_000);
    expect(await ask()).toBe(1);
  });
});

function mostIn(instants: readonly number[], windowMs: number): number {
  let from = 0;
  return instants.reduce((most, at, index) => {
    while ((instants[from] ?? at) <= at - windowMs) from++;
    return Math.max(most, index - from + 1);
  }, 0);
}
