import { AppError, type Lane } from '@firmbridge/contracts';
import { eventually } from '@firmbridge/testing';
import {
  type AcquireRequest,
  type BudgetPolicy,
  MemoryBudgetStore,
  noAnswer,
  type RateLimitObservation,
  RateLimiter,
} from '../src/index.js';

const tenantId = '4f9f2f4e-5f0d-4d58-9a6a-0a3a1f0a6c11';
const otherTenantId = '9a3e4c5b-6f0d-4d58-9a6a-0a3a1f0a6c22';
const clock = () => new Date();
const quick: BudgetPolicy = { windows: [{ limit: 6, seconds: 1 }] };
const slow: BudgetPolicy = { windows: [{ limit: 2, seconds: 600 }] };
const served: RateLimitObservation = { ...noAnswer, status: 200 };

function aLimiter(maxWaiting?: number): RateLimiter {
  const options = { store: new MemoryBudgetStore(clock), clock, random: () => 0.5 };
  return new RateLimiter(maxWaiting === undefined ? options : { ...options, maxWaiting });
}

async function aLimiterThatKnows(policy: BudgetPolicy, key = 'clio:1'): Promise<RateLimiter> {
  const limiter = aLimiter();
  await limiter.observe({ tenantId, key, policy, grant: null, headers: served });
  return limiter;
}

/** A call that is answered at once. */
async function call(limiter: RateLimiter, request: AcquireRequest): Promise<void> {
  const grant = await limiter.acquire(request);
  await limiter.observe({ ...request, grant, headers: served });
}

describe('RateLimiter', () => {
  it('serves callers in the order of their lanes, then as they came', async () => {
    const limiter = await aLimiterThatKnows(quick);
    const order: string[] = [];
    const ask = async (lane: Lane, name: string) => {
      await call(limiter, { key: 'clio:1', policy: quick, lane, tenantId });
      order.push(name);
    };
    await Promise.all([ask('interactive', 'first'), ask('interactive', 'second'), ask('interactive', 'third')]);
    await Promise.all([
      ask('sweep', 'sweep'),
      ask('initial', 'initial 1'),
      ask('initial', 'initial 2'),
      ask('webhook', 'webhook'),
    ]);
    expect(order).toEqual(['first', 'second', 'third', 'webhook', 'initial 1', 'initial 2', 'sweep']);
  });

  it('lets tenants of a shared budget take turns', async () => {
    const key = 'shared:ghl:company';
    const limiter = await aLimiterThatKnows(quick, key);
    const order: string[] = [];
    const ask = async (owner: string, name: string) => {
      await call(limiter, { key, policy: quick, lane: 'initial', tenantId: owner });
      order.push(name);
    };
    await Promise.all([
      ...['big 1', 'big 2', 'big 3', 'big 4', 'big 5'].map((name) => ask(tenantId, name)),
      ask(otherTenantId, 'small'),
    ]);
    expect(order.indexOf('small')).toBeLessThanOrEqual(2);
  });

  it('ends the wait of an aborted caller and serves the next one', async () => {
    const limiter = await aLimiterThatKnows(quick);
    const ask = (signal?: AbortSignal) =>
      call(limiter, { key: 'clio:1', policy: quick, lane: 'interactive', tenantId, ...(signal && { signal }) });
    await Promise.all([ask(), ask(), ask(), ask(), ask()]);
    const controller = new AbortController();
    const aborted = expect(ask(controller.signal)).rejects.toMatchObject({
      kind: 'cancelled',
      code: 'rate_limit.wait_cancelled',
    });
    const next = ask();
    controller.abort();
    await aborted;
    await next;
  });

  it('refuses a caller whose signal is aborted already', async () => {
    const acquiring = aLimiter().acquire({
      key: 'clio:1',
      policy: quick,
      lane: 'interactive',
      tenantId,
      signal: AbortSignal.abort(),
    });
    await expect(acquiring).rejects.toMatchObject({ kind: 'cancelled' });
  });

  it('keeps all but one caller waiting until the first answer has been seen', async () => {
    const limiter = aLimiter();
    let through = 0;
    const waits = [1, 2, 3].map(async () => {
      const grant = await limiter.acquire({ key: 'clio:1', policy: quick, lane: 'interactive', tenantId });
      through++;
      return grant;
    });
    const grant = await waits[0];
    const snapshot = await limiter.snapshot({ key: 'clio:1', tenantId, policy: quick });
    expect(snapshot).toMatchObject({ isObserved: false, inFlight: 1, queued: { interactive: 2 } });
    expect(through).toBe(1);
    await limiter.observe({ key: 'clio:1', tenantId, policy: quick, grant: grant ?? null, headers: served });
    await Promise.all(waits);
  });

  it('lets the next one try when the first call got no answer', async () => {
    const limiter = aLimiter();
    const acquire = () => limiter.acquire({ key: 'clio:1', policy: quick, lane: 'interactive', tenantId });
    const grant = await acquire();
    const second = acquire();
    await limiter.observe({ key: 'clio:1', tenantId, policy: quick, grant, headers: noAnswer });
    await second;
    expect((await limiter.snapshot({ key: 'clio:1', tenantId, policy: quick })).isObserved).toBe(false);
  });

  it('tells a caller at once that the budget has no room in the time it has', async () => {
    const limiter = await aLimiterThatKnows(slow);
    const request: AcquireRequest = { key: 'clio:1', policy: slow, lane: 'incremental', tenantId };
    await call(limiter, request);
    await expect(limiter.acquire({ ...request, longestWaitMs: 200 })).rejects.toMatchObject({
      kind: 'rate_limited',
      code: 'rate_limit.no_room_yet',
      retryAfterMs: expect.any(Number),
    });
    const patient = new AbortController();
    const waiting = limiter.acquire({ ...request, lane: 'interactive', signal: patient.signal }).catch(() => null);
    await expect(limiter.acquire({ ...request, longestWaitMs: 200 })).rejects.toMatchObject({
      code: 'rate_limit.no_room_yet',
    });
    patient.abort();
    await waiting;
  });

  it.each([
    ['the wait that the provider names', { retryAfterMs: 5_000 }, 5_000],
    ['an hour at most', { retryAfterMs: 86_400_000 }, 3_600_000],
    ['a random part of a second when nothing is named', { retryAfterMs: null }, 500],
    ['a random part of a second when nonsense is named', { retryAfterMs: -3 }, 500],
  ])('pauses after a 429 for %s', async (_, headers, expectedMs) => {
    const limiter = await aLimiterThatKnows(quick);
    const before = Date.now();
    await limiter.observe({
      key: 'clio:1',
      tenantId,
      policy: quick,
      grant: null,
      headers: { ...noAnswer, status: 429, ...headers },
    });
    const { pausedUntil } = await limiter.snapshot({ key: 'clio:1', tenantId, policy: quick });
    expect(Math.abs((pausedUntil?.getTime() ?? 0) - before - expectedMs)).toBeLessThan(400);
  });

  it('doubles the pause with each unexplained 429 in a row, but counts refusals of one moment once', async () => {
    const limiter = await aLimiterThatKnows(quick);
    const refuse = () =>
      limiter.observe({ key: 'clio:1', tenantId, policy: quick, grant: null, headers: { ...noAnswer, status: 429 } });
    const pausedFor = async () => {
      const { pausedUntil } = await limiter.snapshot({ key: 'clio:1', tenantId, policy: quick });
      return pausedUntil ? pausedUntil.getTime() - Date.now() : 0;
    };
    await Promise.all([refuse(), refuse(), refuse(), refuse()]);
    expect(await pausedFor()).toBeLessThanOrEqual(500);
    await eventually(async () => (await pausedFor()) === 0);
    await refuse();
    expect(await pausedFor()).toBeGreaterThan(600);
  });

  it('turns callers away when too many wait', async () => {
    const limiter = aLimiter(2);
    const acquire = (signal?: AbortSignal) =>
      limiter.acquire({ key: 'clio:1', policy: slow, lane: 'sweep', tenantId, ...(signal && { signal }) });
    await acquire();
    const controller = new AbortController();
    const waits = [acquire(controller.signal), acquire(controller.signal)].map((wait) =>
      wait.catch((error: AppError) => error.kind),
    );
    await expect(acquire()).rejects.toMatchObject({ kind: 'rate_limited', code: 'rate_limit.line_full' });
    controller.abort();
    expect(await Promise.all(waits)).toEqual(['cancelled', 'cancelled']);
  });

  it('hands a failure of the store to the caller and serves the next one', async () => {
    const store = new MemoryBudgetStore(clock);
    let isBroken = true;
    const flaky = {
      reserve: (request: Parameters<typeof store.reserve>[0]) =>
        isBroken ? Promise.reject(new Error('database gone')) : store.reserve(request),
      observe: store.observe.bind(store),
      snapshot: store.snapshot.bind(store),
    };
    const limiter = new RateLimiter({ store: flaky, clock, random: Math.random });
    const acquire = () => limiter.acquire({ key: 'clio:1', policy: quick, lane: 'interactive', tenantId });
    await expect(acquire()).rejects.toThrow('database gone');
    isBroken = false;
    await acquire();
  });

  it('refuses a policy that makes no sense', async () => {
    const acquiring = aLimiter().acquire({
      key: 'clio:1',
      policy: { windows: [{ limit: 0, seconds: 60 }] },
      lane: 'sweep',
      tenantId,
    });
    await expect(acquiring).rejects.toMatchObject({ code: 'rate_limit.bad_policy' });
  });
});
