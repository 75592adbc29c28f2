import { parseArgs } from 'node:util';
import { messageOf, type Run } from '@firmbridge/contracts';
import Table from 'cli-table3';
import { Registry } from 'prom-client';
import { Demo } from '../demo.js';
import type { PlatformSettings } from '../environment.js';
import { followRun } from '../follow-run.js';
import { percentile } from '../percentile.js';
import { prepare, startPlatform, type Platform } from '../platform.js';
import type { Stores } from '../stores.js';
import { bareLoop } from './bare-loop.js';
import { withPlace, withStores } from './bench-place.js';
import { BenchSandbox } from './bench-sandbox.js';
import { countEntityEvents } from './event-counter.js';
import { MemoryWatch } from './memory-watch.js';

/** Records of all 20 resources for each matter of the sandbox firm, in the long run. */
const recordsPerMatter = 19.2;
const concurrency = 6;
const aims = { recordsPerSecond: 2_500, ratio: 0.6 } as const;
const fullSizes = [10_000, 1_000_000] as const;
const fullAims = { rateRatio: 0.9, memoryRatio: 1.2 } as const;

interface Figures {
  readonly records: number;
  readonly seconds: number;
  readonly events: number;
  readonly stages: ReadonlyMap<string, number>;
  readonly ownCpuSeconds: number;
  readonly sandboxCpuSeconds: number | null;
  /** What this process held, a look each 250 ms. */
  readonly megabytes: readonly number[];
  readonly completed: boolean;
}

async function measureSync(stores: Stores, sandbox: BenchSandbox, settings: PlatformSettings): Promise<Figures> {
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
  const memory = new MemoryWatch();
  const startedAt = performance.now();
  const { connectionId } = await demo.connect('clio');
  const run = await followRun(demo, connectionId);
  await counter.reached(sumOf(run, 'events'));
  const seconds = (performance.now() - startedAt) / 1000;
  const megabytes = memory.stop();
  const { user, system } = process.cpuUsage(cpu);
  const used = sandbox.cpuSeconds();
  const figures = {
    records: sumOf(run, 'records'),
    seconds,
    events: counter.count,
    stages: await stagesOf(platform),
    ownCpuSeconds: (user + system) / 1e6,
    sandboxCpuSeconds: used === null || sandboxCpu === null ? null : used - sandboxCpu,
    megabytes,
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

/** Records per second and memory with a hundred times as many records: both should stay what they are. */
function showFull(small: Figures, large: Figures, description: string): boolean {
  const [smallRate, largeRate] = [small, large].map(({ records, seconds }) => records / seconds) as [number, number];
  const quarter = Math.floor(large.megabytes.length / 4);
  const early = percentile(large.megabytes.slice(quarter, 2 * quarter), 0.5);
  const late = percentile(large.megabytes.slice(-quarter), 0.5);
  console.log(`On ${description}.`);
  for (const { records, seconds, megabytes } of [small, large]) {
    const peak = Math.round(percentile(megabytes, 1));
    console.log(
      `${records} records in ${seconds.toFixed(1)} s: ${Math.round(records / seconds)}/s; at most ${peak} MB.`,
    );
  }
  console.log(
    `Memory of the long run: ${Math.round(early)} MB in its second quarter, ${Math.round(late)} MB in its last.`,
  );
  const figures = {
    records: [small.records, large.records],
    recordsPerSecond: [Math.round(smallRate), Math.round(largeRate)],
    rateRatio: Number((largeRate / smallRate).toFixed(2)),
    memoryRatio: Number((late / early).toFixed(2)),
  };
  const { rateRatio, memoryRatio } = figures;
  const said = (isReached: boolean) => (isReached ? 'reached' : 'missed');
  console.log(
    `Aims: ${fullAims.rateRatio} of the rate ${said(rateRatio >= fullAims.rateRatio)} (${rateRatio}); ` +
      `memory at most ${fullAims.memoryRatio} times ${said(memoryRatio <= fullAims.memoryRatio)} (${memoryRatio}).`,
  );
  const met = [small, large].every(({ completed, events, records }) => completed && events === records);
  console.log(JSON.stringify({ name: 'sync-full', figures, required: { completed: true, eventsPerRecord: 1 }, met }));
  return met;
}

async function withSandbox<T>(records: number, work: (sandbox: BenchSandbox) => Promise<T>): Promise<T> {
  const sandbox = await BenchSandbox.start(Math.max(1, Math.round(records / recordsPerMatter)));
  try {
    return await work(sandbox);
  } finally {
    await sandbox.stop();
  }
}

async function compareWithBareLoop(stores: Stores, sandbox: BenchSandbox): Promise<boolean> {
  console.log('Rendering the pages of the firm beforehand ...');
  await sandbox.prerender();
  return withPlace(stores, sandbox, async (settings) => {
    const bare = await bareLoop({
      databaseUrl: settings.addresses.databaseUrl,
      firstPages: sandbox.firstAddresses(),
      accessToken: await sandbox.accessToken(),
      concurrency,
    });
    return show(bare, await measureSync(stores, sandbox, settings), stores.description);
  });
}

async function compareSizes(stores: Stores): Promise<boolean> {
  const figures: Figures[] = [];
  for (const records of fullSizes) {
    console.log(`A first sync of ${records} records ...`);
    figures.push(
      await withSandbox(records, (sandbox) =>
        withPlace(stores, sandbox, (settings) => measureSync(stores, sandbox, settings)),
      ),
    );
  }
  const [small, large] = figures as [Figures, Figures];
  return showFull(small, large, stores.description);
}

async function main(): Promise<boolean> {
  const { values } = parseArgs({
    options: { records: { type: 'string', default: '20000' }, full: { type: 'boolean', default: false } },
  });
  return withStores(process.env, (stores) =>
    values.full
      ? compareSizes(stores)
      : withSandbox(Number(values.records), (sandbox) => compareWithBareLoop(stores, sandbox)),
  );
}

try {
  process.exit((await main()) ? 0 : 1);
} catch (error) {
  console.error(`The benchmark failed: ${messageOf(error)}`);
  process.exit(1);
}
