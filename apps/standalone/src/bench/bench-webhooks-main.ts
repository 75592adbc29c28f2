import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { Database } from '@firmbridge/database';
import { clioSync } from '@firmbridge/clio-sync';
import { messageOf } from '@firmbridge/contracts';
import { z } from 'zod';
import { Demo } from '../demo.js';
import { demoTenantId, type PlatformSettings } from '../environment.js';
import { followRun } from '../follow-run.js';
import { percentile } from '../percentile.js';
import { prepare, startPlatform } from '../platform.js';
import type { Stores } from '../stores.js';
import { listening, withPlace, withStores } from './bench-place.js';
import { BenchSandbox } from './bench-sandbox.js';
import { measureEdits } from './edit-latency.js';
import { runLoad, type LoadFigures } from './webhooks/load.js';

const aims = { perSecond: 1_000, ackP99Ms: 100, eventP99Ms: 500 } as const;
const edits = 300;
const readyWithinMs = 60_000;

const webhookList = z.object({
  data: z.array(z.object({ url: z.string(), model: z.string(), shared_secret: z.string() })),
});

interface Figures {
  readonly load: LoadFigures;
  readonly kept: number;
  readonly events: readonly number[];
}

async function measure(
  stores: Stores,
  sandbox: BenchSandbox,
  settings: PlatformSettings,
  deliveries: number,
): Promise<Figures> {
  await prepare(stores.connect, settings);
  const only = ['audit-log', 'auth', 'mapping', 'clio-sync'];
  const platform = await startPlatform(stores.connect, settings, { logTo: process.stderr, only });
  const { amqpUrl: url, databaseUrl } = settings.addresses;
  const namespace = settings.namespaces.amqp;
  const demo = new Demo({ connect: stores.connect, url, namespace });
  await demo.open();
  const { service, entities } = clioSync.schema ?? { service: 'clio-sync', entities: [] };
  const database = await Database.connect({
    url: databaseUrl,
    namespace: settings.namespaces.database,
    service,
    entities,
  });
  try {
    const { connectionId } = await demo.connect('clio');
    await followRun(demo, connectionId);
    const count = (sql: string) => countIn(database, sql);
    await until(() => count(`select count(*)::int as count from webhook_subscription where state = 'active'`), 5);
    // The catch-up that follows the first subscription is part of the start.
    await until(() => count('select count(*)::int as count from run where finished_at is not null'), 2);
    const ids = await sandbox.matterIds();
    const edit = (index: number, text: string) => sandbox.describeMatter(ids[index % ids.length] ?? 0, text);
    const events = await measureEdits({ connect: stores.connect, url, namespace, edits, perSecond: 10, edit });
    const before = await count('select count(*)::int as count from webhook_delivery');
    const webhooks = await sandbox.askClio('/webhooks.json?fields=url,model,shared_secret', webhookList);
    const hook = webhooks.data.find(({ model }) => model === 'matter');
    if (!hook) throw new Error('Clio has no webhook of matters.');
    const load = await runLoad({
      url: hook.url,
      secret: hook.shared_secret,
      recordIds: ids,
      deliveries,
      connections: 64,
    });
    const kept = (await count('select count(*)::int as count from webhook_delivery')) - before;
    await until(async () => Number((await count('select count(*)::int as count from dirty_record')) === 0), 1);
    return { load, kept, events };
  } finally {
    await database.close();
    await demo.close();
    await platform.stop();
  }
}

async function countIn(database: Database, sql: string): Promise<number> {
  const [row] = await database.inTenant(demoTenantId, (tx) => tx.query<{ count: number }>(sql));
  return row?.count ?? 0;
}

async function until(count: () => Promise<number>, wanted: number): Promise<void> {
  const deadline = performance.now() + readyWithinMs;
  while ((await count()) < wanted) {
    if (performance.now() > deadline) throw new Error('The webhooks did not get ready, or did not come to rest.');
    await sleep(50);
  }
}

const spread = (ms: readonly number[]) => ({ p50: tenth(percentile(ms, 0.5)), p99: tenth(percentile(ms, 0.99)) });
const tenth = (value: number) => Math.round(value * 10) / 10;

function show({ load, kept, events }: Figures, description: string): boolean {
  const figures = {
    deliveries: load.accepted,
    perSecond: Math.round(load.accepted / load.seconds),
    ackMs: spread(load.latencies),
    acknowledgedNotKept: load.accepted - kept,
    refused: load.refused,
    editToEventMs: spread(events),
    editsWithoutEvent: edits - events.length,
  };
  const { perSecond, ackMs, editToEventMs } = figures;
  console.log(`On ${description}; services, load and stores on this machine.`);
  console.log(`Receiver: ${perSecond} deliveries/s kept, answered within p50 ${ackMs.p50} ms, p99 ${ackMs.p99} ms.`);
  console.log(
    `Edit at Clio to entity event: p50 ${editToEventMs.p50} ms, p99 ${editToEventMs.p99} ms (${events.length} edits).`,
  );
  const said = (isReached: boolean) => (isReached ? 'reached' : 'missed');
  console.log(
    `Aims: ${aims.perSecond}/s ${said(perSecond >= aims.perSecond)}; answers p99 < ${aims.ackP99Ms} ms ` +
      `${said(ackMs.p99 < aims.ackP99Ms)}; events p99 < ${aims.eventP99Ms} ms ${said(editToEventMs.p99 < aims.eventP99Ms)}.`,
  );
  const met = figures.acknowledgedNotKept === 0 && figures.refused === 0 && figures.editsWithoutEvent === 0;
  const required = { acknowledgedNotKept: 0, refused: 0, editsWithoutEvent: 0 };
  console.log(JSON.stringify({ name: 'webhooks', figures, required, met }));
  return met;
}

async function main(): Promise<boolean> {
  const { values } = parseArgs({ options: { deliveries: { type: 'string', default: '20000' } } });
  const sandbox = await BenchSandbox.start(50);
  try {
    return await withStores(process.env, (stores) =>
      withPlace(stores, sandbox, async (settings) =>
        show(await measure(stores, sandbox, await listening(settings), Number(values.deliveries)), stores.description),
      ),
    );
  } finally {
    await sandbox.stop();
  }
}

try {
  process.exit((await main()) ? 0 : 1);
} catch (error) {
  console.error(`The benchmark failed: ${messageOf(error)}`);
  process.exit(1);
}
