import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { reportSchema, type Report } from '../../faults/messaging/process-protocol.js';
import { Replica } from '../../faults/replica.js';
import { until } from '../../faults/until.js';
import type { OwnServers } from '../../servers/own-servers.js';
import { ledgerConcurrency, namespace, type BenchStores } from './bench-stores.js';

const pollMs = 50;

/** The ledger in a process of its own, as another service is. */
export async function startLedgerProcess(
  servers: OwnServers,
  env: Readonly<Record<string, string | undefined>>,
): Promise<Replica<Report>> {
  const { databaseUrl, rabbit } = servers;
  const ledger = new Replica({
    name: 'ledger',
    entry: path.join(import.meta.dirname, 'ledger-main.js'),
    settings: { databaseUrl, amqpUrl: rabbit.url, namespace, seed: 0, concurrency: ledgerConcurrency, sabotage: null },
    env,
    logFile: servers.file('ledger.log'),
    read: (message) => reportSchema.parse(message),
    heard: () => undefined,
    gone: (words) => console.log(words),
  });
  await ledger.start();
  return ledger;
}

export interface EffectRate {
  readonly effects: number;
  readonly seconds: number;
}

/** Effects committed while this time passes, by the database's own clock. */
export async function effectsWithin(stores: BenchStores, seconds: number): Promise<EffectRate> {
  await until(async () => (await countEffects(stores)) > 0, { timeoutMs: 30_000, what: () => 'the first effect' });
  await wait(seconds * 1_000);
  const [row] = await stores.ask<EffectRate>(
    `select count(*)::int as effects, extract(epoch from max(at) - min(at))::float8 as seconds
       from (select pg_xact_commit_timestamp(xmin) as at from ledger.effect) as committed`,
  );
  return row ?? { effects: 0, seconds: 0 };
}

export async function untilEffects(stores: BenchStores, count: number, timeoutMs: number): Promise<void> {
  let seen = 0;
  await until(async () => (seen = await countEffects(stores)) >= count, {
    ...{ timeoutMs, intervalMs: pollMs },
    what: () => `${count} effects; there were ${seen}`,
  });
}

async function countEffects(stores: BenchStores): Promise<number> {
  const [row] = await stores.ask<{ count: number }>('select count(*)::int as count from ledger.effect');
  return row?.count ?? 0;
}
