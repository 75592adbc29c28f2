import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { messageOf, type Run } from '@firmbridge/contracts';
import Table from 'cli-table3';
import { Registry } from 'prom-client';
import { DataDir, freePort } from '../data-dir.js';
import { Demo } from '../demo.js';
import { sandboxClioApp, type PlatformSettings } from '../environment.js';
import { followRun } from '../follow-run.js';
import { readOptions } from '../options.js';
import { prepare, startPlatform, type Platform } from '../platform.js';
import { openStores, type Stores } from '../stores.js';
import { bareLoop } from './bare-loop.js';
import { BenchSandbox } from './bench-sandbox.js';
import { countEntityEvents } from './event-counter.js';

/** Records of all 20 resources for each matter of the sandbox firm, in the long run. */
const recordsPerMatter = 19.2;
const concurrency = 6;
const aims = { recordsPerSecond: 2_500, ratio: 0.5 } as const;

interface Figures {
  readonly records: number;
  readonly seconds: number;
  readonly events: number;
  readonly stages: ReadonlyMap<string, number>;
  readonly ownCpuSeconds: number;
  readonly sandboxCpuSeconds: number | null;
  readonly completed: boolean;
}

async function settingsFor(stores: Stores, sandbox: BenchSandbox): Promise<PlatformSettings> {
  return {
    addresses: {
      databaseUrl: stores.databaseUrl,
      amqpUrl: stores.amqpUrl,
      authUrl: `http://127.0.0.1:${await freePort()}`,
      gatewayUrl: `http://127.0.0.1:${await freePort()}`,
      sandboxUrl: sandbox.url,
    },
    namespaces: { database: 'firmbridge', amqp: `bench_${randomBytes(4).toString('hex')}` },
    apps: { clio: sandboxClioApp, ghl: await sandbox.ghlApp() },
    vaultKeys: `bench:${randomBytes(32).toString('base64')}`,
    startupToken: randomBytes(18).toString('base64url'),
    logLevel: 'warn',
    requestsPerMinute: 0,
    pollIntervalSeconds: 3_600,
  };
}

const quiet = { show: () => undefined, end: () => undefined };

async function measureSync(stores: Stores, sandbox: BenchSandbox): Promise<Figures> {
  const settings = await settingsFor(stores, sandbox);
  await prepare(stores.connect, settings);
  const platform = await startPlatform(stores.connect, settings, {
    logTo: process.stderr,
    only: ['audit-log', 'auth', 'mapping', 'clio-sync'],
  });
  const { amqpUrl: url } = settings.addresses;
  const counter = await countEntityEvents(stores.connect, url, settings.namespaces.amqp);
  const demo = new Demo({ connect: stores.connect, url, namespace: settings.namespaces.amqp });
  await demo.open();
  const cpu = process.cpuUsage();
  const sandboxCpu = sandbox.cpuSeconds();
  const startedAt = performance.now();
  const { connectionId } = await demo.connect('clio');
  const run = await followRun(demo, connectionId, quiet);
  await counter.reached(sumOf(run, 'events'));
  const seconds = (performance.now() - startedAt) / 1000;
  const { user, system } = process.cpuUsage(cpu);
  const used = sandbox.cpuSeconds();
  const figures = {
    records: sumOf(run, 'records'),
    seconds,
    events: counter.count,
    stages: await stagesOf(platform),
    ownCpuSeconds: (user + system) / 1e6,
    sandboxCpuSeconds: used === null || sandboxCpu === null ? null : used - sandboxCpu,
    completed: run.resources.every(({ state }) => state === 'completed'),
  };
  await demo.close();
  await counter.close();
  await platform.stop();
  return figures;
}

function sumOf(run: Run, key: 'records' | 'events'): number {
  return run.resources.reduce((sum, resource) => sum + resource[key], 0);
}

/** Seconds per stage, summed over pages that were worked on at the same time. */
async function stagesOf(platform: Platform): Promise<Map<string, number>> {
  const stages = new Map<string, number>();
  for (const { app } of platform.running) {
    for (const { name, values } of await app.get(Registry).getMetricsAsJSON()) {
      for (const { labels, value, ...rest } of values) {
        const { metricName } = rest as { metricName?: string };
        if (metricName === 'firmbridge_stage_seconds_sum')
          add(stages, String((labels as { stage?: string }).stage), value);
        if (name === 'firmbridge_outbox_busy_seconds_total') add(stages, 'publish', value);
      }
    }
  }
  return stages;
}

function add(stages: Map<string, number>, stage: string, seconds: number): void {
  stages.set(stage, (stages.get(stage) ?? 0) + seconds);
}

function show(bare: { records: number; seconds: number }, sync: Figures, description: string): boolean {
  const rate = sync.records / sync.seconds;
  const bareRate = bare.records / bare.seconds;
  const ratio = rate / bareRate;
  const peakMb = Math.round(process.resourceUsage().maxRSS / 1024);
  const table = new Table({
    head: ['', 'records', 'seconds', 'records/s'],
    style: { head: [], border: [], compact: true },
  });
  table.push(['bare loop: fetch and COPY', bare.records, bare.seconds.toFixed(1), Math.round(bareRate)]);
  table.push(['sync: fetched to consumed', sync.records, sync.seconds.toFixed(1), Math.round(rate)]);
  console.log(`On ${description}.`);
  console.log(table.toString());
  for (const [stage, seconds] of sync.stages) console.log(`  ${stage.padEnd(10)} ${seconds.toFixed(1)} s in all`);
  console.log(
    `  CPU: ours ${sync.ownCpuSeconds.toFixed(1)} s, sandbox ${sync.sandboxCpuSeconds?.toFixed(1) ?? 'unknown'} s; peak memory ${peakMb} MB`,
  );
  const isAimReached = rate >= aims.recordsPerSecond && ratio >= aims.ratio;
  console.log(
    `Aims: ${aims.recordsPerSecond} records/s and a ratio of ${aims.ratio}: ${isAimReached ? 'reached' : 'missed'} (${Math.round(rate)}, ${ratio.toFixed(2)}).`,
  );
  const met = sync.completed && sync.events === sync.records;
  const figures = {
    records: sync.records,
    recordsPerSecond: Math.round(rate),
    bareRecordsPerSecond: Math.round(bareRate),
    ratio: Number(ratio.toFixed(3)),
    peakMb,
    stages: Object.fromEntries(sync.stages),
  };
  console.log(JSON.stringify({ name: 'sync', figures, required: { completed: true, eventsPerRecord: 1 }, met }));
  return met;
}

async function main(): Promise<boolean> {
  const { values } = parseArgs({ options: { records: { type: 'string', default: '20000' } } });
  const matters = Math.max(1, Math.round(Number(values.records) / recordsPerMatter));
  const folder = mkdtempSync(path.join(tmpdir(), 'firmbridge-bench-'));
  const { databaseUrl, amqpUrl } = readOptions([], process.env, folder);
  const dir = DataDir.claim(folder);
  const sandbox = await BenchSandbox.start(matters);
  const stores = await openStores(dir, { databaseUrl, amqpUrl });
  try {
    console.log(`Rendering the pages of ${matters} matters beforehand ...`);
    await sandbox.prerender();
    const bare = await bareLoop({
      databaseUrl: stores.databaseUrl,
      firstPages: sandbox.firstAddresses(),
      accessToken: await sandbox.accessToken(),
      concurrency,
    });
    return show(bare, await measureSync(stores, sandbox), stores.description);
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
