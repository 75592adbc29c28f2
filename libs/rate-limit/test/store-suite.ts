import type { Lane } from '@firmbridge/contracts';
import { randomUUID } from 'node:crypto';
import type { BudgetPolicy, BudgetRequest, BudgetStore, StoreObservation } from '../src/index.js';

export interface StoreUnderTest {
  readonly store: BudgetStore;
  /** Lets the store's clock move on. */
  readonly pass: (milliseconds: number) => Promise<void>;
}

/** Windows long enough that a slow machine does not refill them during a test. */
export const fifty: BudgetPolicy = { windows: [{ limit: 50, seconds: 600 }] };

export function aBudget(policy: BudgetPolicy = fifty): BudgetRequest {
  return { tenantId: randomUUID(), key: 'clio:1', policy };
}

export function anObservation(overrides: Partial<StoreObservation> = {}): StoreObservation {
  return { isAnswered: true, windows: [], pauseMs: null, ...overrides };
}

export function aWindow(seconds: number, limit: number | null, remaining: number | null, resetInMs = 0) {
  return { seconds, limit, remaining, resetInMs };
}

/** Takes tokens until one is refused. */
export async function takeAll(store: BudgetStore, budget: BudgetRequest, lane: Lane = 'interactive') {
  for (let taken = 0; ; taken++) {
    const reservation = await store.reserve({ ...budget, lane });
    if (!reservation.isGranted) return { taken, retryAfterMs: reservation.retryAfterMs };
  }
}

/** What every store promises. */
export function itKeepsBudgets(open: () => StoreUnderTest): void {
  const aKnownBudget = async (policy?: BudgetPolicy) => {
    const budget = aBudget(policy);
    await open().store.observe(budget, anObservation());
    return budget;
  };

  it('serves the first 29 of 50 at once and names the wait for the next', async () => {
    const { taken, retryAfterMs } = await takeAll(open().store, await aKnownBudget());
    expect(taken).toBe(29);
    expect(retryAfterMs).toBeGreaterThan(20_000);
    expect(retryAfterMs).toBeLessThanOrEqual(30_000);
  });

  it('gives the next token when the wait is over', async () => {
    const { store, pass } = open();
    const budget = await aKnownBudget({ windows: [{ limit: 5, seconds: 1 }] });
    const { taken, retryAfterMs } = await takeAll(store, budget);
    expect(taken).toBe(2);
    await pass(retryAfterMs + 1);
    expect(await store.reserve({ ...budget, lane: 'interactive' })).toMatchObject({ isGranted: true });
  });

  it('takes from no window when one of them has nothing left', async () => {
    const { store, pass } = open();
    const budget = await aKnownBudget({
      windows: [
        { limit: 60, seconds: 600 },
        { limit: 4, seconds: 1 },
      ],
    });
    const { taken } = await takeAll(store, budget);
    expect(taken).toBe(1);
    for (let refused = 0; refused < 20; refused++) await store.reserve({ ...budget, lane: 'interactive' });
    const longer = (await store.snapshot(budget)).windows.find((window) => window.seconds === 600);
    expect(longer?.available).toBeGreaterThanOrEqual(34);
    await pass(1_000);
    expect((await takeAll(store, budget)).taken).toBe(1);
  });

  it('keeps a part of the burst from the less urgent lanes', async () => {
    const { store } = open();
    const budget = await aKnownBudget();
    expect((await takeAll(store, budget, 'sweep')).taken).toBe(24);
    expect((await takeAll(store, budget, 'initial')).taken).toBe(1);
    expect((await takeAll(store, budget, 'incremental')).taken).toBe(2);
    expect((await takeAll(store, budget, 'webhook')).taken).toBe(1);
    expect((await takeAll(store, budget, 'interactive')).taken).toBe(1);
  });

  it('lets every lane through in a window too small for a reserve', async () => {
    const { store } = open();
    const budget = await aKnownBudget({ windows: [{ limit: 2, seconds: 600 }] });
    expect((await takeAll(store, budget, 'sweep')).taken).toBe(1);
  });

  it('allows one call at a time until the provider has told its limit', async () => {
    const { store } = open();
    const budget = aBudget();
    expect((await takeAll(store, budget)).taken).toBe(1);
    await store.observe(budget, anObservation({ isAnswered: false }));
    expect((await takeAll(store, budget)).taken).toBe(1);
    await store.observe(budget, anObservation({ windows: [aWindow(600, 50, 48, 600_000)] }));
    expect((await takeAll(store, budget)).taken).toBe(27);
  });

  it('follows a lower limit at once and a higher one only up to the policy', async () => {
    const { store } = open();
    const budget = await aKnownBudget();
    const limitSeen = async (limit: number) => {
      await store.observe(budget, anObservation({ windows: [aWindow(600, limit, null)] }));
      return (await store.snapshot(budget)).windows.map((window) => window.limit);
    };
    expect(await limitSeen(20)).toEqual([20]);
    expect((await takeAll(store, budget)).taken).toBe(11);
    expect(await limitSeen(300)).toEqual([50]);
  });

  it('tightens to what the provider says is left, and never loosens', async () => {
    const { store } = open();
    const budget = await aKnownBudget();
    await store.observe(budget, anObservation({ windows: [aWindow(600, 50, 5)] }));
    await store.observe(budget, anObservation({ windows: [aWindow(600, 50, 49)] }));
    expect((await takeAll(store, budget)).taken).toBe(5);
  });

  it('counts what refills until the reset as part of what is left', async () => {
    const { store } = open();
    const budget = await aKnownBudget();
    await store.observe(budget, anObservation({ windows: [aWindow(600, 50, 12, 300_000)] }));
    expect((await takeAll(store, budget)).taken).toBe(2);
  });

  it('obeys a window that the provider has and the policy lacks', async () => {
    const { store } = open();
    const budget = await aKnownBudget({ windows: [{ limit: 1000, seconds: 3600 }] });
    await store.observe(budget, anObservation({ windows: [aWindow(600, 50, 49, 600_000)] }));
    expect((await takeAll(store, budget)).taken).toBe(29);
  });

  it('lets nobody through during a pause, and one single call when it ends', async () => {
    const { store, pass } = open();
    const budget = await aKnownBudget();
    await store.observe(budget, anObservation({ windows: [aWindow(600, null, null)], pauseMs: 300 }));
    const paused = await takeAll(store, budget);
    expect(paused.taken).toBe(0);
    expect(paused.retryAfterMs).toBeLessThanOrEqual(300);
    expect((await store.snapshot(budget)).pausedUntil).toBeInstanceOf(Date);
    await pass(301);
    expect((await takeAll(store, budget)).taken).toBe(1);
    expect((await store.snapshot(budget)).pausedUntil).toBeNull();
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
    for (let call = 0; call < 50; call++) {
      expect(await store.reserve({ ...budget, lane: 'sweep' })).toMatchObject({ isGranted: true });
    }
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
