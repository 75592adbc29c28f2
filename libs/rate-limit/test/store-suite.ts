import type { Lane } from '@firmbridge/contracts';
import { randomUUID } from 'node:crypto';
import type { BudgetPolicy, BudgetRequest, BudgetStore, Grant, StoreObservation } from '../src/index.js';

export interface StoreUnderTest {
  readonly store: BudgetStore;
  /** Lets the store's clock move on. */
  readonly pass: (milliseconds: number) => Promise<void>;
}

/** Windows long enough that nothing leaves them on a slow machine during a test. */
export const fifty: BudgetPolicy = { windows: [{ limit: 50, seconds: 600 }] };

export function aBudget(policy: BudgetPolicy = fifty): BudgetRequest {
  return { tenantId: randomUUID(), key: 'clio:1', policy };
}

export function anObservation(overrides: Partial<StoreObservation> = {}): StoreObservation {
  return { grant: null, isAnswered: true, windows: [], pauseMs: null, ...overrides };
}

export function aWindow(seconds: number, limit: number | null, remaining: number | null, resetInMs = 0) {
  return { seconds, limit, remaining, resetInMs };
}

/** Takes calls one by one until one is refused. */
export async function takeAll(store: BudgetStore, budget: BudgetRequest, lane: Lane = 'interactive') {
  for (const grants: Grant[] = []; ;) {
    const { granted, grant, retryAfterMs } = await store.reserve({ ...budget, lane, wanted: 1 });
    if (granted === 0) return { taken: grants.length, grants, retryAfterMs };
    grants.push(grant);
  }
}

/** What every store promises. */
export function itKeepsBudgets(open: () => StoreUnderTest): void {
  const aKnownBudget = async (policy?: BudgetPolicy) => {
    const budget = aBudget(policy);
    await open().store.observe(budget, anObservation());
    return budget;
  };
  const answerAll = async (budget: BudgetRequest, grants: readonly Grant[]) => {
    for (const grant of grants) await open().store.observe(budget, anObservation({ grant }));
  };
  const available = async (budget: BudgetRequest, seconds = 600) => {
    const { windows } = await open().store.snapshot(budget);
    return windows.find((window) => window.seconds === seconds)?.available;
  };

  it('gives somebody urgent all calls of a window but one at once, and names the wait for the next', async () => {
    const { store } = open();
    const budget = await aKnownBudget();
    const { taken, grants } = await takeAll(store, budget);
    expect(taken).toBe(49);
    await answerAll(budget, grants);
    const { retryAfterMs } = await takeAll(store, budget);
    expect(retryAfterMs).toBeGreaterThan(580_000);
    expect(retryAfterMs).toBeLessThanOrEqual(605_000);
  });

  it('grants as many as wait in one step', async () => {
    const { store } = open();
    const budget = await aKnownBudget();
    const reserve = async (wanted: number) => (await store.reserve({ ...budget, lane: 'interactive', wanted })).granted;
    expect([await reserve(10), await reserve(100), await reserve(1)]).toEqual([10, 39, 0]);
  });

  it('lets a call go only when its answer is a whole window ago', async () => {
    const { store, pass } = open();
    const budget = await aKnownBudget({ windows: [{ limit: 5, seconds: 1 }] });
    const { taken, grants } = await takeAll(store, budget);
    expect(taken).toBe(4);
    await pass(500);
    await answerAll(budget, grants);
    await pass(600);
    const { taken: early, retryAfterMs } = await takeAll(store, budget);
    expect(early).toBe(0);
    await pass(retryAfterMs + 1);
    expect((await takeAll(store, budget)).taken).toBeGreaterThan(0);
  });

  it('takes from no window when one of them has nothing left', async () => {
    const { store } = open();
    const budget = await aKnownBudget({
      windows: [
        { limit: 60, seconds: 600 },
        { limit: 4, seconds: 3_600 },
      ],
    });
    const { taken } = await takeAll(store, budget);
    expect(taken).toBe(3);
    for (let refused = 0; refused < 20; refused++) {
      await store.reserve({ ...budget, lane: 'interactive', wanted: 1 });
    }
    expect(await available(budget)).toBe(56);
  });

  it('spreads work in the background over the window once its burst is spent', async () => {
    const { store } = open();
    const budget = await aKnownBudget();
    const { taken, retryAfterMs } = await takeAll(store, budget, 'initial');
    expect(taken).toBe(29);
    expect(retryAfterMs).toBeGreaterThan(5_000);
    expect(retryAfterMs).toBeLessThanOrEqual(11_100);
    expect((await takeAll(store, budget)).taken).toBe(20);
  });

  it('keeps a part of the window from the less urgent lanes', async () => {
    const { store } = open();
    const budget = await aKnownBudget({ windows: [{ limit: 501, seconds: 600 }], burstShare: 1 });
    const take = async (lane: Lane) => (await store.reserve({ ...budget, lane, wanted: 1_000 })).granted;
    expect([await take('sweep'), await take('initial'), await take('webhook'), await take('interactive')]).toEqual([
      485, 5, 5, 5,
    ]);
  });

  it('lets every lane through in a window too small for a reserve', async () => {
    const { store } = open();
    const budget = await aKnownBudget({ windows: [{ limit: 2, seconds: 600 }] });
    expect((await takeAll(store, budget, 'sweep')).taken).toBe(1);
  });

  it('allows one call at a time until the provider has answered', async () => {
    const { store } = open();
    const budget = aBudget();
    const { taken, grants } = await takeAll(store, budget);
    expect(taken).toBe(1);
    const [grant = null] = grants;
    await store.observe(budget, anObservation({ grant, isAnswered: false }));
    const next = await takeAll(store, budget);
    expect(next.taken).toBe(1);
    const windows = [aWindow(600, 50, 48, 600_000)];
    await store.observe(budget, anObservation({ grant: next.grants[0] ?? null, windows }));
    expect((await takeAll(store, budget)).taken).toBe(47);
  });

  it('follows a lower limit at once and a higher one only up to the policy', async () => {
    const { store } = open();
    const budget = await aKnownBudget();
    const limitSeen = async (limit: number) => {
      await store.observe(budget, anObservation({ windows: [aWindow(600, limit, null)] }));
      return (await store.snapshot(budget)).windows.map((window) => window.limit);
    };
    expect(await limitSeen(20)).toEqual([20]);
    expect(await available(budget)).toBe(19);
    expect(await limitSeen(300)).toEqual([50]);
  });

  it('tightens to what the provider says is left, and never loosens', async () => {
    const { store } = open();
    const budget = await aKnownBudget();
    await store.observe(budget, anObservation({ windows: [aWindow(600, 50, 6)] }));
    await store.observe(budget, anObservation({ windows: [aWindow(600, 50, 49)] }));
    expect((await takeAll(store, budget)).taken).toBe(5);
  });

  it('does not take its own calls under way for those of a stranger', async () => {
    const { store } = open();
    const budget = await aKnownBudget();
    const { grant } = await store.reserve({ ...budget, lane: 'interactive', wanted: 10 });
    await store.observe(budget, anObservation({ grant, windows: [aWindow(600, 50, 40)] }));
    expect(await available(budget)).toBe(39);
  });

  it('takes none of its own calls under way to be in the figure once a stranger is known', async () => {
    const { store } = open();
    const budget = await aKnownBudget({ windows: [{ limit: 100, seconds: 600 }] });
    const { grant } = await store.reserve({ ...budget, lane: 'interactive', wanted: 4 });
    await store.observe(budget, anObservation({ grant, windows: [aWindow(600, 100, 20)] }));
    expect(await available(budget)).toBe(16);
  });

  it('lets the calls of a stranger go when the provider resets its window', async () => {
    const { store, pass } = open();
    const budget = await aKnownBudget({ windows: [{ limit: 50, seconds: 10 }] });
    await store.observe(budget, anObservation({ windows: [aWindow(10, 50, 6, 300)] }));
    expect(await available(budget, 10)).toBe(5);
    await pass(400);
    expect(await available(budget, 10)).toBe(49);
  });

  it('obeys a window that the provider has and the policy lacks', async () => {
    const { store } = open();
    const budget = await aKnownBudget({ windows: [{ limit: 1000, seconds: 3600 }] });
    await store.observe(budget, anObservation({ windows: [aWindow(600, 50, 50, 600_000)] }));
    expect((await takeAll(store, budget)).taken).toBe(49);
  });

  it('lets nobody through during a pause, and then one at a time until one is answered', async () => {
    const { store, pass } = open();
    const budget = await aKnownBudget();
    await store.observe(budget, anObservation({ windows: [aWindow(600, null, null)], pauseMs: 300 }));
    const paused = await takeAll(store, budget);
    expect(paused.taken).toBe(0);
    expect(paused.retryAfterMs).toBeLessThanOrEqual(300);
    expect((await store.snapshot(budget)).pausedUntil).toBeInstanceOf(Date);
    await pass(301);
    const { taken, grants } = await takeAll(store, budget);
    expect(taken).toBe(1);
    expect((await store.snapshot(budget)).pausedUntil).toBeNull();
    await answerAll(budget, grants);
    expect((await takeAll(store, budget)).taken).toBe(48);
  });

  it('keeps the longer of two pauses', async () => {
    const { store } = open();
    const budget = await aKnownBudget();
    await store.observe(budget, anObservation({ pauseMs: 60_000 }));
    await store.observe(budget, anObservation({ pauseMs: 1 }));
    expect((await takeAll(store, budget)).retryAfterMs).toBeGreaterThan(50_000);
  });

  it('has no limit but pauses when the policy has no windows', async () => {
    const { store } = open();
    const budget = aBudget({ windows: [] });
    expect(await store.reserve({ ...budget, lane: 'sweep', wanted: 50 })).toMatchObject({ granted: 50 });
    await store.observe(budget, anObservation({ pauseMs: 5_000 }));
    expect((await takeAll(store, budget)).taken).toBe(0);
  });

  it('keeps budgets of tenants apart unless the key is shared', async () => {
    const { store } = open();
    const policy: BudgetPolicy = { windows: [{ limit: 2, seconds: 600 }] };
    const shared = `shared:ghl:${randomUUID()}`;
    const takenBy = async (tenantId: string, key: string) =>
      (await takeAll(store, { tenantId, key, policy }, 'interactive')).taken;
    const [one, two] = [randomUUID(), randomUUID()] as const;
    expect([await takenBy(one, 'ghl:1'), await takenBy(two, 'ghl:1')]).toEqual([1, 1]);
    expect([await takenBy(one, shared), await takenBy(two, shared)]).toEqual([1, 0]);
  });
}
