import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { Database } from '@firmbridge/database';
import { clioSync } from '@firmbridge/clio-sync';
import { messageOf } from '@firmbridge/contracts';
import { z } from 'zod';
import { DataDir, freePort } from '../data-dir.js';
import { Demo } from '../demo.js';
import { demoTenantId, sandboxClioApp, type PlatformSettings } from '../environment.js';
import { followRun } from '../follow-run.js';
import { readOptions } from '../options.js';
import { prepare, startPlatform } from '../platform.js';
import { openStores, type Stores } from '../stores.js';
import { BenchSandbox } from './bench-sandbox.js';
import { measureEdits } from './webhooks/edit-latency.js';
import { runLoad, type LoadFigures } from './webhooks/load.js';

const aims = { perSecond: 1_000, ackP99Ms: 100, eventP99Ms: 500 } as const;
const edits = 300;
const readyWithinMs = 60_000;

const webhookList = z.object({
  data: z.array(z.object({ url: z.string(), model: z.string(), shared_secret: z.string() })),
});
const recordList = z.object({ data: z.array(z.object({ id: z.number() })) });

async function settingsFor(stores: Stores, sandbox: BenchSandbox): Promise<PlatformSettings> {
  const address = async () => `http://127.0.0.1:${await freePort()}`;
  return {
    addresses: {
      databaseUrl: stores.databaseUrl,
      amqpUrl: stores.amqpUrl,
      authUrl: await address(),
      gatewayUrl: await address(),
      sandboxUrl: sandbox.url,
      clioSyncUrl: await address(),
    },
    namespaces: { database: 'firmbridge', amqp: `bench_${randomBytes(4).toString('hex')}` },
    apps: { clio: sandboxClioApp, ghl: await sandbox.ghlApp() },
    vaultKeys: `bench:${randomBytes(32).toString('base64')}`,
    startupToken: randomBytes(18).toString('base64url'),
    logLevel: 'warn',
    requestsPerMinute: 0,
    pollIntervalSeconds: 3_600,
    overrides: { 'clio-sync': { CLIO_WEBHOOK_QUIET_MS: '0' } },
  };
}

async function askClio<T>(sandbox: BenchSandbox, at: string, schema: z.ZodType<T>): Promise<T> {
  const headers = { Authorization: `Bearer ${await sandbox.accessToken()}` };
  const answer = await fetch(`${sandbox.url}/clio/us/api/v4${at}`, { headers });
  return schema.parse(await answer.json());
}

async function editMatter(sandbox: BenchSandbox, id: number, description: string): Promise<void> {
  const answer = await fetch(`${sandbox.url}/control/clio/records/matters/${id}`, {
    method: 'PATCH',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ description }),
  });
  if (!answer.ok) throw new Error(`The sandbox refused an edit: ${await answer.text()}`);
}

interface Figures {
  readonly load: LoadFigures;
  readonly kept: number;
  readonly events: readonly number[];
}

async function measure(stores: Stores, sandbox: BenchSandbox, deliveries: number): Promise<Figures> {
  const settings = await settingsFor(stores, sandbox);
  await prepare(stores.connect, settings);
  const only = ['audit-log', 'auth', 'mapping', 'clio-sync'];
  const platform = await startPlatform(stores.connect, settings, { logTo: process.stderr, only });
  const { amqpUrl: url, databaseUrl } = settings.addresses;
  const namespace = settings.namespaces.amqp;
  const demo = new Demo({ connect: stores.connect, url, namespace });
  await demo.open();
  const { service, entities } = clioSync.schema ?? { service: 'clio-sync', entities: [] };
  const database = await Database.connect({ url: databaseUrl, service, entities });
  try {
    const { connectionId } = await demo.connect('clio');
    await followRun(demo, connectionId, { show: () => undefined, end: () => undefined });
    const count = (sql: string) => countIn(database, sql);
    await until(() => count(`select count(*)::int as count from webhook_subscription where state = 'active'`), 5);
    // The catch-up that follows the first subscription is part of the start.
    await until(() => count('select count(*)::int as count from run where finished_at is not null'), 2);
    const { data: matters } = await askClio(sandbox, '/matters.json?fields=id&limit=200', recordList);
    const ids = matters.map(({ id }) => id);
    const edit = (index: number, text: string) => editMatter(sandbox, ids[index % ids.length] ?? 0, text);
    const events = await measureEdits({ connect: stores.connect, url, namespace, edits, perSecond: 10, edit });
    const before = await count('select count(*)::int as count from webhook_delivery');
    const webhooks = await askClio(sandbox, '/webhooks.json?fields=url,model,shared_secret', webhookList);
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

function percentile(sorted: readonly number[], share: number): number {
  return Number((sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN).toFixed(1));
}

function show({ load, kept, events }: Figures, description: string): boolean {
  const figures = {
    deliveries: load.accepted,
    perSecond: Math.round(load.accepted / load.seconds),
    ackMs: { p50: percentile(load.latencies, 0.5), p99: percentile(load.latencies, 0.99) },
    acknowledgedNotKept: load.accepted - kept,
    refused: load.refused,
    editToEventMs: { p50: percentile(events, 0.5), p99: percentile(events, 0.99) },
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
  const folder = mkdtempSync(path.join(tmpdir(), 'firmbridge-bench-'));
  const { databaseUrl, amqpUrl } = readOptions([], process.env, folder);
  const dir = DataDir.claim(folder);
  const sandbox = await BenchSandbox.start(50);
  const stores = await openStores(dir, { databaseUrl, amqpUrl });
  try {
    return show(await measure(stores, sandbox, Number(values.deliveries)), stores.description);
  } finally {
    await stores.close();
    await sandbox.stop();
    dir.release();
    rmSync(folder, { recursive: true, force: true });
  }
}

try {
  process.exit((await main()) ? 0 : 1);
} catch (error) {
  console.error(`The benchmark failed: ${messageOf(error)}`);
  process.exit(1);
}
