import type { OutgoingMessage } from '@firmbridge/contracts';
import type { OwnServers } from '../../servers/own-servers.js';
import type { BenchStores } from './bench-stores.js';
import { eventsOf } from './bodies.js';
import { effectsWithin, startLedgerProcess, untilEffects } from './effects.js';
import { measureLatency, type Latency } from './latency.js';
import { publishRaw } from './raw-publishing.js';
import { drainOutbox, fillOutbox, startRelay } from './relay-drain.js';

export interface Rate {
  readonly events: number;
  readonly seconds: number;
  readonly perSecond: number;
}

export interface MessagingFigures {
  readonly bodyBytes: number;
  readonly fill: Rate;
  readonly raw: Rate;
  readonly relay: Rate;
  /** Events/s of each turn: what else goes on at a machine should hit both. */
  readonly turns: readonly { readonly raw: number; readonly relay: number }[];
  readonly effects: Rate;
  readonly together: Rate;
  readonly latencyRate: number;
  readonly latency: Latency;
}

export interface Measuring {
  readonly servers: OwnServers;
  readonly stores: BenchStores;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly tell: (line: string) => void;
  readonly events: number;
  readonly latencySeconds: number;
}

const turnCount = 2;
const warmUpEvents = 5_000;
const effectSeconds = 15;
const eventsTogether = 15_000;
const togetherWithinMs = 120_000;
const latencyRate = 200;

/** One after the other, so that nothing measures two things at once. */
export async function measureMessaging(measuring: Measuring): Promise<MessagingFigures> {
  const { stores, tell, events: count, servers, env, latencySeconds } = measuring;
  const events = eventsOf(count);
  await publishRaw(stores, events.slice(0, warmUpEvents));
  const turns: Turn[] = [];
  for (let turn = 1; turn <= turnCount; turn += 1) {
    tell(`Turn ${turn} of ${turnCount}: ${count} events with amqplib alone, and through the outbox and the relay ...`);
    await stores.empty();
    turns.push(await takeTurn(stores, events));
  }
  tell(`Keeping what is in the queue, for ${effectSeconds} s ...`);
  const ledger = await startLedgerProcess(servers, env);
  const effects = await effectsWithin(stores, effectSeconds);
  await ledger.stop();
  tell(`${eventsTogether} events from commit to effect, all at once ...`);
  const together = await measureTogether(measuring);
  tell(`${latencyRate} events/s for ${latencySeconds} s ...`);
  const latency = await measureSteadily(measuring);
  const bytes = events.reduce((sum, { envelope }) => sum + JSON.stringify(envelope).length, 0);
  const total = (what: keyof Turn) =>
    rate(
      count * turnCount,
      turns.reduce((sum, turn) => sum + turn[what], 0),
    );
  return {
    bodyBytes: Math.round(bytes / count),
    fill: total('fill'),
    raw: total('raw'),
    relay: total('relay'),
    turns: turns.map(({ raw, relay }) => ({ raw: count / raw, relay: count / relay })),
    effects: rate(effects.effects, effects.seconds),
    together: rate(eventsTogether, together),
    latencyRate,
    latency,
  };
}

/** Seconds. */
interface Turn {
  readonly raw: number;
  readonly fill: number;
  readonly relay: number;
}

async function takeTurn(stores: BenchStores, events: readonly OutgoingMessage[]): Promise<Turn> {
  const raw = await publishRaw(stores, events);
  const fill = await fillOutbox(stores, events);
  await stores.ask('checkpoint');
  return { raw, fill, relay: await drainOutbox(stores) };
}

async function measureTogether({ stores, servers, env }: Measuring): Promise<number> {
  await stores.empty();
  const events = eventsOf(eventsTogether);
  const ledger = await startLedgerProcess(servers, env);
  const { stop } = await startRelay(stores);
  const startedAt = performance.now();
  await fillOutbox(stores, events);
  await untilEffects(stores, eventsTogether, togetherWithinMs);
  const seconds = (performance.now() - startedAt) / 1_000;
  await stop();
  await ledger.stop();
  return seconds;
}

async function measureSteadily({ stores, servers, env, latencySeconds }: Measuring): Promise<Latency> {
  await stores.empty();
  const ledger = await startLedgerProcess(servers, env);
  const { stop } = await startRelay(stores);
  const latency = await measureLatency(stores, latencyRate, latencySeconds);
  await stop();
  await ledger.stop();
  return latency;
}

function rate(events: number, seconds: number): Rate {
  return { events, seconds, perSecond: events / seconds };
}
