import { setTimeout as wait } from 'node:timers/promises';
import { Registry } from '../../faults/messaging/registry.js';
import { noteFor, recordKeys } from './bodies.js';
import type { BenchStores } from './bench-stores.js';
import { untilEffects } from './effects.js';

export interface Latency {
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
  readonly most: number;
  readonly events: number;
}

const warmUpSeconds = 3;
const arriveWithinMs = 60_000;

/**
 * Changes records at a steady rate, each in a transaction of its own that begins when its time has come, whether or not the
 * one before has ended. Answers milliseconds from the commit of a change to the commit of its effect, by the database's clock.
 */
export async function measureLatency(stores: BenchStores, rate: number, seconds: number): Promise<Latency> {
  const registry = new Registry(stores.registry, stores.outbox);
  const used = recordKeys.slice(0, 1_000);
  for (const key of used) await registry.create(key);
  const count = rate * (warmUpSeconds + seconds);
  const startedAt = performance.now();
  const changes: Promise<void>[] = [];
  for (let index = 0; index < count; index += 1) {
    const key = used[index % used.length];
    await wait(Math.max(0, startedAt + (index * 1_000) / rate - performance.now()));
    if (key) changes.push(registry.change(key, { versions: 1, archived: false, note: noteFor(index) }));
  }
  await Promise.all(changes);
  await untilEffects(stores, count, arriveWithinMs);
  return latencyOf(stores);
}

async function latencyOf(stores: BenchStores): Promise<Latency> {
  const [row] = await stores.ask<Latency>(
    `with pair as (
       select pg_xact_commit_timestamp(c.xmin) as changed_at, pg_xact_commit_timestamp(e.xmin) as effect_at
         from registry.change as c join ledger.effect as e using (message_id)),
     latency as (
       select extract(epoch from effect_at - changed_at)::float8 * 1000 as ms from pair
        where changed_at > (select min(changed_at) from pair) + interval '${warmUpSeconds} seconds')
     select percentile_disc(0.5) within group (order by ms) as p50, percentile_disc(0.95) within group (order by ms) as p95,
            percentile_disc(0.99) within group (order by ms) as p99, max(ms) as most, count(*)::int as events from latency`,
  );
  if (!row) throw new Error('No event was measured.');
  return row;
}
