import { AppError } from '@firmbridge/contracts';
import { isNotFound } from '@firmbridge/subscriber/amqp';
import type { Channel, ChannelModel } from 'amqplib';
import { z } from 'zod';
import { withChannel } from './broker-session.js';
import type { BindingDeclaration, Declarations, QueueDeclaration } from './declarations.js';

const recordSchema = z.object({
  version: z.int(),
  exchanges: z.array(z.string()),
  queues: z.array(z.object({ name: z.string(), args: z.record(z.string(), z.union([z.string(), z.number()])) })),
  bindings: z.array(z.object({ queue: z.string(), exchange: z.string(), pattern: z.string() })),
});

/** All that was ever applied in a namespace and not removed since: what AMQP itself cannot tell. */
export type AppliedTopology = Declarations;

/** Holds one message: the AppliedTopology. */
export function recordQueueOf(namespace: string): string {
  return `${namespace}.topology`;
}

/** Reads the record, null when nothing was applied yet; it stays on the broker. */
export async function readApplied(model: ChannelModel, namespace: string): Promise<AppliedTopology | null> {
  const read = async (channel: Channel) => {
    // Closing the channel gives the message back.
    const message = await channel.get(recordQueueOf(namespace), { noAck: false });
    return message === false ? null : parse(message.content);
  };
  return withChannel(() => model.createChannel(), read).catch((error: unknown) => {
    if (!isNotFound(error)) throw error;
    return null;
  });
}

/** Adds what was just declared to the record. What an earlier release declared stays in it until it is pruned. */
export async function noteApplied(model: ChannelModel, namespace: string, declared: Declarations): Promise<void> {
  const before = await readApplied(model, namespace);
  await writeApplied(model, namespace, before === null ? declared : union(before, declared));
}

/** Puts a new record in the place of the old one; a crash in between leaves both, and the newer one counts. */
export async function writeApplied(model: ChannelModel, namespace: string, applied: AppliedTopology): Promise<void> {
  await withChannel(
    () => model.createConfirmChannel(),
    async (channel) => {
      await declareRecord(channel, namespace);
      const old = await channel.get(recordQueueOf(namespace), { noAck: false });
      channel.sendToQueue(recordQueueOf(namespace), Buffer.from(JSON.stringify(applied)), { persistent: true });
      await channel.waitForConfirms();
      if (old !== false) channel.ack(old);
    },
  );
}

async function declareRecord(channel: Channel, namespace: string): Promise<void> {
  // The newest record pushes an older one out that a crash has left.
  const args = { 'x-queue-type': 'quorum', 'x-max-length': 1 };
  await channel.assertQueue(recordQueueOf(namespace), { durable: true, arguments: args });
}

function parse(content: Buffer): AppliedTopology {
  try {
    return recordSchema.parse(JSON.parse(content.toString()));
  } catch (cause) {
    const message = 'The note of what was applied to the broker cannot be read: purge its queue and migrate again.';
    throw new AppError('validation', 'topology.record_unreadable', message, { cause });
  }
}

function union(before: AppliedTopology, now: Declarations): AppliedTopology {
  const queues = new Map<string, QueueDeclaration>([...before.queues, ...now.queues].map((each) => [each.name, each]));
  const bindings = new Map<string, BindingDeclaration>(
    [...before.bindings, ...now.bindings].map((each) => [bindingName(each), each]),
  );
  return {
    version: now.version,
    exchanges: [...new Set([...before.exchanges, ...now.exchanges])],
    queues: [...queues.values()],
    bindings: [...bindings.values()],
  };
}

/** One line that says which messages go where. */
export function bindingName({ queue, exchange, pattern }: BindingDeclaration): string {
  return `${exchange} ${pattern} -> ${queue}`;
}
