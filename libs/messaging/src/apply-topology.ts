import { AppError, messageOf } from '@firmbridge/contracts';
import type { Channel, ChannelModel } from 'amqplib';
import { createHash } from 'node:crypto';
import { isNotFound } from '@firmbridge/subscriber/amqp';
import { withChannel, withModel, type BrokerAddress } from './broker-session.js';
import { noteApplied, recordQueueOf } from './applied-topology.js';
import { declarationsOf, type Declarations, type QueueDeclaration } from './declarations.js';
import { topology } from './manifest.js';
import type { TopologyManifest } from './topology.js';

export interface TopologyOptions extends BrokerAddress {
  readonly namespace: string;
  /** The platform's own unless given. */
  readonly manifest?: TopologyManifest;
  /** Whether streams are declared; on RabbitMQ unless said. Nobody outside its process could read one of the local broker. */
  readonly streams?: boolean;
}

const parallelDeclarations = 4;

/**
 * Declares everything the manifest names; repeating it changes nothing. It belongs to the migrations, before any relay
 * starts: what is published before a queue is bound would be lost to it.
 */
export async function applyTopology(options: TopologyOptions): Promise<void> {
  await withModel(options, async (model) => {
    const declarations = declarationsFor(model, options);
    await withChannel(
      () => model.createChannel(),
      async (channel) => {
        for (const exchange of declarations.exchanges)
          await channel.assertExchange(exchange, 'topic', { durable: true });
      },
    );
    await inParallel(declarations.queues, (queue) =>
      withChannel(
        () => model.createChannel(),
        (channel) => declare(channel, queue),
      ),
    );
    await withChannel(
      () => model.createChannel(),
      async (channel) => {
        for (const { queue, exchange, pattern } of declarations.bindings)
          await channel.bindQueue(queue, exchange, pattern);
        await channel.assertExchange(markerOf(declarations, options.namespace), 'topic', { durable: true });
      },
    );
    await noteApplied(model, options.namespace, declarations);
  });
}

/**
 * Throws an AppError that names what is missing. Bindings cannot be looked at over AMQP; that all were made is known by
 * the marker exchange, which applyTopology declares last and names after a fingerprint of the whole.
 */
export async function checkTopology(options: TopologyOptions): Promise<void> {
  const missing = await withModel(options, async (model) => {
    const declarations = declarationsFor(model, options);
    const exchanges = [...declarations.exchanges, markerOf(declarations, options.namespace)];
    const checks = [
      ...declarations.queues.map(({ name }) => ({ name, look: (channel: Channel) => channel.checkQueue(name) })),
      ...exchanges.map((name) => ({ name, look: (channel: Channel) => channel.checkExchange(name) })),
    ];
    const found = await missingOf(model, checks);
    return found;
  });
  if (missing.length === 0) return;
  throw new AppError(
    'precondition_failed',
    'topology.missing',
    `The broker lacks ${missing.join(', ')}: run the migration before starting services.`,
    { details: { missing } },
  );
}

/** Deletes what applyTopology declared, with every message in it: for platforms that were made for a test. */
export async function removeTopology(options: TopologyOptions): Promise<void> {
  await withModel(options, async (model) => {
    const declarations = declarationsFor(model, options);
    await withChannel(
      () => model.createChannel(),
      async (channel) => {
        for (const { name } of declarations.queues) await channel.deleteQueue(name);
        for (const exchange of declarations.exchanges) await channel.deleteExchange(exchange);
        await channel.deleteExchange(markerOf(declarations, options.namespace));
        await channel.deleteQueue(recordQueueOf(options.namespace));
      },
    );
  });
}

interface Check {
  readonly name: string;
  readonly look: (channel: Channel) => Promise<unknown>;
}

/** A look that finds nothing closes its channel, so the rest goes on with a new one. */
async function missingOf(model: ChannelModel, checks: readonly Check[]): Promise<string[]> {
  const missing: string[] = [];
  let remaining = [...checks];
  while (remaining.length > 0) {
    const batch = remaining;
    remaining = [];
    await withChannel(
      () => model.createChannel(),
      async (channel) => {
        for (const [index, { name, look }] of batch.entries()) {
          try {
            await look(channel);
          } catch (error) {
            if (!isNotFound(error)) throw error;
            missing.push(name);
            remaining = batch.slice(index + 1);
            return;
          }
        }
      },
    );
  }
  return missing;
}

async function declare(channel: Channel, { name, args }: QueueDeclaration): Promise<void> {
  try {
    await channel.assertQueue(name, { durable: true, arguments: args });
  } catch (cause) {
    const message = `The broker refused to declare ${name}: ${messageOf(cause)}.`;
    throw new AppError('conflict', 'topology.refused', message, { cause });
  }
}

export function declarationsFor(model: ChannelModel, options: TopologyOptions): Declarations {
  const { namespace, manifest = topology } = options;
  const { streams = model.connection?.serverProperties?.product === 'RabbitMQ' } = options;
  return declarationsOf(namespace, streams ? manifest : { ...manifest, streams: [] });
}

function markerOf(declarations: Declarations, namespace: string): string {
  const fingerprint = createHash('sha256').update(JSON.stringify(declarations)).digest('hex').slice(0, 12);
  return `${namespace}.topology.v${declarations.version}-${fingerprint}`;
}

async function inParallel<Item>(items: readonly Item[], work: (item: Item) => Promise<void>): Promise<void> {
  const rest = items.values();
  const lane = async () => {
    for (const item of rest) await work(item);
  };
  await Promise.all(Array.from({ length: parallelDeclarations }, lane));
}
