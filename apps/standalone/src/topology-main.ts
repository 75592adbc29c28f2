import { parseArgs } from 'node:util';
import { isAppError, messageOf } from '@firmbridge/contracts';
import { compareTopology, pruneTopology, topology, type TopologyDifference } from '@firmbridge/messaging';
import amqplib from 'amqplib';
import Table from 'cli-table3';
import { z } from 'zod';

const environment = z.object({
  AMQP_URL: z.url({ protocol: /^amqps?$/ }).default('amqp://guest:guest@127.0.0.1:5672'),
  AMQP_NAMESPACE: z.string().default('firmbridge'),
});

const usage = `npm run topology                the manifest of this release
npm run topology -- --check     how the broker differs from it; exit status 1 when it does
npm run topology -- --prune     remove what an earlier release declared and nobody needs any more`;

const signs = { missing: '+', different: '~', unwanted: '-' } as const;

function line({ kind, what, name, detail }: TopologyDifference): string {
  return `${signs[kind]} ${what} ${name}: ${detail ?? kind}`;
}

async function check(address: Parameters<typeof compareTopology>[0]): Promise<number> {
  const found = await compareTopology(address);
  for (const difference of found) console.log(line(difference));
  if (found.length === 0) {
    console.log(`The broker is what manifest version ${topology.version} describes.`);
    return 0;
  }
  const has = (kind: TopologyDifference['kind']) => found.some((difference) => difference.kind === kind);
  if (has('missing')) console.log('Run the migration of this release: it declares what is missing.');
  if (has('different'))
    console.log('A queue cannot be changed in place: see "A queue must change" in docs/runbook.md.');
  if (has('unwanted')) console.log('After the roll-out, --prune removes what is left of earlier releases.');
  return 1;
}

async function prune(address: Parameters<typeof compareTopology>[0]): Promise<number> {
  const { removed, kept } = await pruneTopology(address);
  for (const name of removed) console.log(`removed ${name}`);
  for (const reason of kept) console.log(`kept ${reason}`);
  if (removed.length + kept.length === 0) console.log('Nothing is left of earlier releases.');
  return kept.length === 0 ? 0 : 1;
}

function show(): number {
  const table = new Table({ head: ['Queue', 'Gets', 'At once', 'Tried again after'], style: { head: [], border: [] } });
  for (const { name, bindings, concurrency, retryDelaysMs } of topology.queues) {
    const gets = bindings.map(({ source, lane }) => {
      const what = 'name' in source ? source.name : `${source.exchange}: ${source.pattern}`;
      return lane === undefined ? what : `${what} (${lane})`;
    });
    table.push([name, gets.join('\n'), concurrency, retryDelaysMs.map((ms) => `${ms / 1000} s`).join(', ')]);
  }
  console.log(`Manifest version ${topology.version}\n${table.toString()}\n\n${usage}`);
  return 0;
}

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: { check: { type: 'boolean', default: false }, prune: { type: 'boolean', default: false } },
  });
  const { AMQP_URL: url, AMQP_NAMESPACE: namespace } = environment.parse(process.env);
  const address = { connect: amqplib.connect, url, namespace };
  if (values.check) return check(address);
  return values.prune ? prune(address) : show();
}

main().then(
  (status) => {
    process.exitCode = status;
  },
  (error: unknown) => {
    console.error(isAppError(error) ? error.message : `${messageOf(error)}\n\n${usage}`);
    process.exitCode = 2;
  },
);
