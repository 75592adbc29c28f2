import { parseArgs } from 'node:util';
import { messageOf } from '@firmbridge/contracts';
import { onSignal } from '@firmbridge/service';
import Table from 'cli-table3';
import { OwnServers, whyNoServers } from '../servers/own-servers.js';
import { skippedLine } from '../faults/report.js';
import { BenchStores } from './messaging/bench-stores.js';
import { measureMessaging, type MessagingFigures } from './messaging/measure.js';

const name = 'bench-messaging';
const aims = { relayPerSecond: 8_000, ratio: 0.7, p99Ms: 100 } as const;

function show(figures: MessagingFigures): void {
  const { raw, relay, effects, together, latency, fill } = figures;
  const ratio = relay.perSecond / raw.perSecond;
  const table = new Table({
    head: ['', 'events', 'seconds', 'events/s'],
    style: { head: [], border: [], compact: true },
  });
  const row = (what: string, rate: MessagingFigures['raw']) =>
    table.push([what, rate.events, rate.seconds.toFixed(1), Math.round(rate.perSecond)]);
  row('outbox filled, 1 000 to a transaction', fill);
  row('raw amqplib, confirms, to a quorum queue', raw);
  row('relay: outbox to the same quorum queue', relay);
  row('queue to effect through the inbox, one process', effects);
  row('commit to effect, all at once', together);
  console.log(table.toString());
  const ms = (value: number) => `${value.toFixed(1)} ms`;
  console.log(
    `Commit to effect at ${figures.latencyRate} events/s (${latency.events} events): p50 ${ms(latency.p50)}, ` +
      `p95 ${ms(latency.p95)}, p99 ${ms(latency.p99)}, most ${ms(latency.most)}.`,
  );
  const turns = figures.turns.map((turn) => `${Math.round(turn.raw)} and ${Math.round(turn.relay)}`).join(', ');
  console.log(`Bodies of ${figures.bodyBytes} bytes on average; raw and relay in turns: ${turns} events/s.`);
  const isFast = relay.perSecond >= aims.relayPerSecond || ratio >= aims.ratio;
  const isQuick = latency.p99 < aims.p99Ms;
  console.log(
    `Aims: relay ${aims.relayPerSecond} events/s or ${aims.ratio} of raw: ${isFast ? 'reached' : 'missed'} ` +
      `(${Math.round(relay.perSecond)}, ${ratio.toFixed(2)}); p99 below ${aims.p99Ms} ms: ${isQuick ? 'reached' : 'missed'}.`,
  );
  console.log(JSON.stringify({ name, figures: { ...plain(figures), ratio }, required: {}, aims, met: true }));
}

function plain({ raw, relay, effects, together, latency }: MessagingFigures) {
  return {
    rawPerSecond: Math.round(raw.perSecond),
    relayPerSecond: Math.round(relay.perSecond),
    effectsPerSecond: Math.round(effects.perSecond),
    endToEndPerSecond: Math.round(together.perSecond),
    latencyMs: latency,
  };
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: { events: { type: 'string', default: '100000' }, seconds: { type: 'string', default: '30' } },
  });
  const searchPath = process.env['PATH'] ?? '';
  const reason = whyNoServers(searchPath);
  if (reason !== null) {
    console.log(`Skipped, because it needs servers of its own. ${reason}`);
    console.log(skippedLine(name));
    return;
  }
  console.log('Starting RabbitMQ and PostgreSQL ...');
  const servers = await OwnServers.start(searchPath);
  onSignal(async () => {
    await servers.remove();
    process.exit(1);
  });
  try {
    const stores = await BenchStores.open(servers);
    const options = { events: Number(values.events), latencySeconds: Number(values.seconds) };
    show(await measureMessaging({ servers, stores, env: process.env, tell: (line) => console.log(line), ...options }));
    await stores.close();
  } finally {
    await servers.remove();
  }
}

try {
  await main();
} catch (error) {
  console.error(`The benchmark failed: ${messageOf(error)}`);
  process.exitCode = 1;
}
