import { AppError } from '@firmbridge/contracts';
import type { Channel } from 'amqplib';
import { isNotFound } from './amqp/index.js';
import { bindingsOf } from './handlers.js';
import { isPreconditionFailed, otherArguments } from './inequivalent-argument.js';
import { deadLettersOf, entitiesExchangeOf, rungOf } from './names.js';

type QueueArguments = Readonly<Record<string, string | number>>;

/** A subscriber's own part of the broker. */
export interface OwnQueues {
  readonly namespace: string;
  readonly queue: string;
  readonly retryDelaysMs: readonly number[];
  readonly on: object;
}

/** Ends the life of a message that kills its consumer each time; retries are counted by us and do not come near it. */
const deliveryLimit = 20;
/** Looking at dead letters gives them back, which newer brokers count: no look may be one too many. */
const noLimit = 1_000_000_000;

const quorum = { 'x-queue-type': 'quorum' } as const;

/** Dead-lettering that keeps the original until the copy is safe; the broker wants reject-publish beside it. */
const safelyInto = (queue: string) => ({
  'x-dead-letter-exchange': '',
  'x-dead-letter-routing-key': queue,
  'x-dead-letter-strategy': 'at-least-once',
  'x-overflow': 'reject-publish',
});

/** Arguments of a queue that is consumed. */
export function consumedQueue(queue: string): QueueArguments {
  return { ...quorum, 'x-delivery-limit': deliveryLimit, ...safelyInto(deadLettersOf(queue)) };
}

/**
 * Declares the queue, its dead letters and its rungs, and binds it to what is handled; repeating it changes nothing. The
 * platform's exchange must be there already. Throws an AppError that says what does not fit.
 */
export async function declareOwn(channel: Channel, own: OwnQueues): Promise<void> {
  const { namespace, queue, retryDelaysMs, on } = own;
  await requireExchange(channel, namespace);
  await declareQueue(channel, deadLettersOf(queue), { ...quorum, 'x-delivery-limit': noLimit });
  for (const delayMs of retryDelaysMs) {
    await declareQueue(channel, rungOf(queue, delayMs), { ...quorum, 'x-message-ttl': delayMs, ...safelyInto(queue) });
  }
  await declareQueue(channel, queue, consumedQueue(queue));
  const exchange = entitiesExchangeOf(namespace);
  await Promise.all(bindingsOf(on).wanted.map((pattern) => channel.bindQueue(queue, exchange, pattern)));
}

/** Takes away bindings of handlers there were once. The broker does not list bindings, but lets go of those there are not. */
export async function removeOldBindings(channel: Channel, { namespace, queue, on }: OwnQueues): Promise<void> {
  const exchange = entitiesExchangeOf(namespace);
  await Promise.all(bindingsOf(on).unwanted.map((pattern) => channel.unbindQueue(queue, exchange, pattern)));
}

export async function declareQueue(channel: Channel, queue: string, wanted: QueueArguments): Promise<void> {
  try {
    await channel.assertQueue(queue, { durable: true, arguments: wanted });
  } catch (cause) {
    throw isPreconditionFailed(cause) ? otherArguments(queue, wanted, cause) : cause;
  }
}

async function requireExchange(channel: Channel, namespace: string): Promise<void> {
  const exchange = entitiesExchangeOf(namespace);
  try {
    await channel.checkExchange(exchange);
  } catch (cause) {
    if (!isNotFound(cause)) throw cause;
    const message = `There is no exchange ${exchange} on this broker: is the namespace right, and has the platform been migrated?`;
    throw new AppError('precondition_failed', 'subscriber.no_platform', message, { cause });
  }
}
