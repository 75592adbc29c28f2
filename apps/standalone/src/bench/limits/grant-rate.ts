import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { PostgresBudgetStore, type BudgetPolicy, type BudgetRequest } from '@firmbridge/rate-limit';
import { openDatabase, type LimitsPlace } from './limits-place.js';

const connections = 16;
const wide: BudgetPolicy = {
  windows: [
    { limit: 1_000_000, seconds: 60 },
    { limit: 10_000_000, seconds: 3_600 },
  ],
};
const narrow: BudgetPolicy = {
  windows: [
    { limit: 50, seconds: 1 },
    { limit: 120, seconds: 4 },
  ],
};

const answered = { isAnswered: true, windows: [], pauseMs: null };

export interface GrantFigures {
  /** One by one, by 16 connections over 1 000 budgets. */
  readonly grantsPerSecond: number;
  /** One by one, each answered. */
  readonly answeredPerSecond: number;
  /** Eight at a time, as to a line in which so many wait, each answered. */
  readonly answeredOfEightPerSecond: number;
  /** Most calls in a window beyond its limit. */
  readonly overGrants: number;
}

export async function measureGrants(place: LimitsPlace, seconds: number): Promise<GrantFigures> {
  const database = await openDatabase(place, connections);
  const store = new PostgresBudgetStore(database);
  try {
    return {
      grantsPerSecond: await grantRate(store, seconds, { wanted: 1, isAnswered: false }),
      answeredPerSecond: await grantRate(store, seconds, { wanted: 1, isAnswered: true }),
      answeredOfEightPerSecond: await grantRate(store, seconds, { wanted: 8, isAnswered: true }),
      overGrants: await overGrants(store, seconds),
    };
  } finally {
    await database.close();
  }
}

interface GrantOptions {
  readonly wanted: number;
  readonly isAnswered: boolean;
}

async function grantRate(
  store: PostgresBudgetStore,
  seconds: number,
  { wanted, isAnswered }: GrantOptions,
): Promise<number> {
  const tenantId = randomUUID();
  const budgets = Array.from({ length: 1_000 }, (_, place) => ({ tenantId, key: `clio/${place}`, policy: wide }));
  for (const budget of budgets) await store.observe(budget, { ...answered, grant: null });
  const until = performance.now() + seconds * 1000;
  let grants = 0;
  await strands(async (strand) => {
    for (let turn = strand; performance.now() < until; turn += connections) {
      const budget = budgets[turn % budgets.length] as BudgetRequest;
      const { granted, grant } = await store.reserve({ ...budget, lane: 'webhook', wanted });
      grants += granted;
      for (let call = 0; isAnswered && call < granted; call++) await store.observe(budget, { ...answered, grant });
    }
  });
  return grants / seconds;
}

async function overGrants(store: PostgresBudgetStore, seconds: number): Promise<number> {
  const budget = { tenantId: randomUUID(), key: 'clio/hot', policy: narrow };
  await store.observe(budget, { ...answered, grant: null });
  const until = performance.now() + seconds * 1000;
  const grants: number[] = [];
  await strands(async () => {
    while (performance.now() < until) {
      const { granted, grant, retryAfterMs } = await store.reserve({ ...budget, lane: 'webhook', wanted: 2 });
      for (let call = 0; call < granted; call++) {
        grants.push(grant);
        await store.observe(budget, { ...answered, grant });
      }
      if (granted === 0) await sleep(Math.min(retryAfterMs, 20));
    }
  });
  grants.sort((one, other) => one - other);
  return Math.max(...narrow.windows.map(({ limit, seconds: length }) => mostIn(grants, length * 1000) - limit), 0);
}

async function strands(work: (strand: number) => Promise<void>): Promise<void> {
  await Promise.all(Array.from({ length: connections }, (_, strand) => work(strand)));
}

function mostIn(instants: readonly number[], windowMs: number): number {
  let from = 0;
  return instants.reduce((most, at, index) => {
    while ((instants[from] ?? at) <= at - windowMs) from++;
    return Math.max(most, index - from + 1);
  }, 0);
}
