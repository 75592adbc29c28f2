import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { clioApiPath, parseClioError, readClioRateLimit } from '@firmbridge/clio-api';
import { ProviderClient } from '@firmbridge/provider-client';
import { MemoryBudgetStore, PostgresBudgetStore, RateLimiter } from '@firmbridge/rate-limit';
import { openDatabase, type ReplicaResult, type ReplicaTask } from './limits-place.js';

/** One of several processes that spend the same budgets, each as fast as it is let. */
const task = JSON.parse(process.argv[2] ?? '') as ReplicaTask;
const clock = () => new Date();
const database = await openDatabase(task, 6);
const answeredAt: number[] = [];
let refused = 0;
let failed = 0;

const client = new ProviderClient({
  dialects: [
    {
      provider: 'clio',
      defaultHeaders: {},
      encodeBraces: true,
      requestIdHeader: null,
      readRateLimit: (headers, status, now) => ({
        ...readClioRateLimit(headers, status, now),
        windowSeconds: task.windowSeconds,
      }),
      parseError: parseClioError,
      isTokenRejected: (status) => status === 401,
    },
  ],
  limiter: new RateLimiter({
    store: task.isAlone ? new MemoryBudgetStore(clock) : new PostgresBudgetStore(database),
    clock,
    random: Math.random,
  }),
  recorder: {
    record: ({ status, startedAt, durationMs }) => {
      if (status === 200) answeredAt.push(Date.parse(startedAt) + durationMs);
      else if (status === 429) refused += 1;
      else if (Date.now() < task.startAt + task.seconds * 1000) failed += 1;
      return Promise.resolve();
    },
  },
  clock,
  random: Math.random,
});

async function spend(accessToken: string, place: number): Promise<void> {
  const until = task.startAt + task.seconds * 1000;
  const connectionId = `credential-${place}`;
  const connection = { tenantId: task.tenantId, connectionId, provider: 'clio' as const, apiOrigin: task.origin };
  const stop = AbortSignal.timeout(Math.max(1, until - Date.now()));
  while (!stop.aborted) {
    await client
      .call(
        { ...connection, budgetKey: connectionId, policy: task.policy },
        { get: () => Promise.resolve({ accessToken, generation: 1 }) },
        {
          operation: 'clio.who_am_i.show',
          method: 'GET',
          pathOrUrl: `${clioApiPath}/users/who_am_i.json`,
          lane: 'initial',
          correlationId: randomUUID(),
          signal: stop,
        },
      )
      .catch((error: unknown) => {
        if (!stop.aborted) throw error;
      });
  }
}

await sleep(Math.max(0, task.startAt - Date.now()));
await Promise.all(task.tokens.map((token, place) => spend(token, place)));
const result: ReplicaResult = { answeredAt, refused, failed };
process.send?.(result, () => process.exit(0));
