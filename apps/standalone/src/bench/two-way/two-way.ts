import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { Demo } from '../../demo.js';
import type { PlatformSettings } from '../../environment.js';
import { followRun } from '../../follow-run.js';
import { prepare, startPlatform } from '../../platform.js';
import type { Stores } from '../../stores.js';
import { listening, withPlace } from '../bench-place.js';
import { BenchSandbox } from '../bench-sandbox.js';
import { Pairs, type Pair, type Side } from './pairs.js';

const matters = 100;
const arriveWithinMs = 30_000;
const lookEveryMs = 10;
const betweenEditsMs = 300;

export interface TwoWayFigures {
  readonly pairs: number;
  readonly edits: number;
  /** Milliseconds from an edit on one side until the other side shows it. */
  readonly toClio: readonly number[];
  readonly toGhl: readonly number[];
  /** All pairs edited at once, on one side each: how many, and how long until the last one was on the other side. */
  readonly burst: { readonly edits: number; readonly arrived: number; readonly seconds: number };
  /** Provider writes beside the edits that called for them: more of them are echoes. */
  readonly writes: number;
}

/** A firm that has both accounts, paired, told by webhooks without a pause, and with nothing that limits its calls. */
export async function measureTwoWay(stores: Stores, edits: number): Promise<TwoWayFigures> {
  const sandbox = await BenchSandbox.start(matters);
  try {
    return await withPlace(stores, sandbox, async (settings) =>
      measure(stores, sandbox, await listening(settings), edits),
    );
  } finally {
    await sandbox.stop();
  }
}

async function measure(
  stores: Stores,
  sandbox: BenchSandbox,
  settings: PlatformSettings,
  edits: number,
): Promise<TwoWayFigures> {
  await sandbox.control('PATCH', '/ghl/switches', { burstLimit: 1_000_000, dailyLimit: 1_000_000_000 });
  const defaultUrl = `${settings.addresses.ghlSyncUrl}/webhooks/ghl`;
  await sandbox.control('PUT', '/ghl/webhooks/endpoints', { defaultUrl });
  await prepare(stores.connect, settings);
  const only = ['audit-log', 'auth', 'mapping', 'clio-sync', 'ghl-sync'];
  const platform = await startPlatform(stores.connect, settings, { logTo: process.stderr, only });
  const { amqpUrl: url, databaseUrl } = settings.addresses;
  const demo = new Demo({ connect: stores.connect, url, namespace: settings.namespaces.amqp });
  await demo.open();
  try {
    const ghl = await demo.connect('ghl');
    const clio = await demo.connect('clio');
    await demo.pair(clio, ghl);
    await followRun(demo, clio.connectionId);
    const pairs = await Pairs.settled(sandbox, databaseUrl);
    const before = await writesOf(sandbox);
    const toClio = await series(pairs, 'ghl', edits);
    const toGhl = await series(pairs, 'clio', edits);
    const burst = await burstOf(pairs);
    return { pairs: pairs.all.length, edits, toClio, toGhl, burst, writes: (await writesOf(sandbox)) - before };
  } finally {
    await demo.close();
    await platform.stop();
  }
}

const opposite = (side: Side): Side => (side === 'clio' ? 'ghl' : 'clio');

/** One edit after the other, each of another contact than the one before. */
async function series(pairs: Pairs, side: Side, edits: number): Promise<number[]> {
  const latencies: number[] = [];
  for (let index = 0; index < edits; index += 1) {
    const pair = pairs.all[index % pairs.all.length];
    if (pair === undefined) throw new Error('Both sides have no contact in common.');
    const name = `Series${side}${index}`;
    const startedAt = performance.now();
    await pairs.rename(side, pair, name);
    if (await arrived(pairs, opposite(side), pair, name)) latencies.push(performance.now() - startedAt);
    await sleep(betweenEditsMs);
  }
  return latencies.sort((a, b) => a - b);
}

/** All contacts at once, every second one on the other side. */
async function burstOf(pairs: Pairs): Promise<TwoWayFigures['burst']> {
  const startedAt = performance.now();
  const edited = pairs.all.map((pair, index) => ({
    pair,
    side: index % 2 === 0 ? ('clio' as const) : ('ghl' as const),
    name: `Burst${index}`,
  }));
  await Promise.all(edited.map(({ pair, side, name }) => pairs.rename(side, pair, name)));
  const arrivals = await Promise.all(
    edited.map(({ pair, side, name }) => arrived(pairs, opposite(side), pair, name, 500)),
  );
  const seconds = (performance.now() - startedAt) / 1000;
  return { edits: edited.length, arrived: arrivals.filter(Boolean).length, seconds };
}

async function arrived(pairs: Pairs, side: Side, pair: Pair, name: string, everyMs = lookEveryMs): Promise<boolean> {
  const deadline = performance.now() + arriveWithinMs;
  while (performance.now() < deadline) {
    if ((await pairs.nameAt(side, pair)) === name) return true;
    await sleep(everyMs);
  }
  return false;
}

const requestCounts = z.object({ counts: z.record(z.string(), z.number()) });

/** Changes of contacts that the platform has asked the providers for, so far. */
async function writesOf(sandbox: BenchSandbox): Promise<number> {
  const { counts } = requestCounts.parse(await sandbox.control('GET', '/requests'));
  const writes = Object.entries(counts).filter(([kind]) => /^(clio PATCH|ghl PUT) .*\/contacts\//.test(kind));
  return writes.reduce((sum, [, count]) => sum + count, 0);
}
