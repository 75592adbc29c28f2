import type { Options } from 'amqplib';
import { z } from 'zod';
import { notImplemented, preconditionFailed } from './protocol-refusal.js';

const nonNegative = z.number().int().nonnegative();

const schema = z.looseObject({
  'x-queue-type': z.enum(['classic', 'quorum', 'stream']).default('classic'),
  'x-message-ttl': nonNegative.optional(),
  'x-expires': z.number().int().positive().optional(),
  'x-dead-letter-exchange': z.string().optional(),
  'x-dead-letter-routing-key': z.string().optional(),
  'x-dead-letter-strategy': z.enum(['at-most-once', 'at-least-once']).default('at-most-once'),
  'x-max-length': nonNegative.optional(),
  'x-max-length-bytes': nonNegative.optional(),
  'x-overflow': z.enum(['drop-head', 'reject-publish', 'reject-publish-dlx']).default('drop-head'),
  'x-delivery-limit': nonNegative.optional(),
  'x-single-active-consumer': z.boolean().default(false),
  'x-max-age': z
    .string()
    .regex(/^\d+[YMDhms]$/)
    .optional(),
});

/** A queue's arguments, checked, under our own names. */
export interface QueueArguments {
  readonly type: 'classic' | 'quorum' | 'stream';
  readonly messageTtlMs: number | undefined;
  readonly expiresMs: number | undefined;
  readonly deadLetterExchange: string | undefined;
  readonly deadLetterRoutingKey: string | undefined;
  /** The dead letter stays in this queue until its target has taken it. */
  readonly keepsDeadLetters: boolean;
  readonly maxLength: number;
  readonly maxLengthBytes: number;
  readonly refusesOverflow: boolean;
  readonly deliveryLimit: number;
  readonly isSingleActiveConsumer: boolean;
  readonly maxAgeMs: number | undefined;
}

const secondsPerUnit: Record<string, number> = { Y: 31_536_000, M: 2_592_000, D: 86_400, h: 3600, m: 60, s: 1 };

/** Reads the arguments of a declaration; refuses what RabbitMQ refuses, and what this broker cannot do. */
export function parseQueueArguments(queue: string, given: Readonly<Record<string, unknown>>): QueueArguments {
  if ('x-max-priority' in given) throw notImplemented('priority queues are not part of the local broker');
  const parsed = schema.safeParse(given);
  if (!parsed.success) {
    const wrong = String(parsed.error.issues[0]?.path[0] ?? 'unknown');
    throw preconditionFailed(
      `invalid arg '${wrong}' for queue '${queue}' in vhost '/': ${JSON.stringify(given[wrong])}`,
    );
  }
  const read = parsed.data;
  if (read['x-dead-letter-routing-key'] !== undefined && read['x-dead-letter-exchange'] === undefined)
    throw preconditionFailed(
      `invalid arg 'x-dead-letter-routing-key' for queue '${queue}': routing key but no exchange`,
    );
  const refusesOverflow = read['x-overflow'] !== 'drop-head';
  return {
    type: read['x-queue-type'],
    messageTtlMs: read['x-message-ttl'],
    expiresMs: read['x-expires'],
    deadLetterExchange: read['x-dead-letter-exchange'],
    deadLetterRoutingKey: read['x-dead-letter-routing-key'],
    keepsDeadLetters:
      read['x-dead-letter-strategy'] === 'at-least-once' && refusesOverflow && read['x-queue-type'] === 'quorum',
    maxLength: read['x-max-length'] ?? Infinity,
    maxLengthBytes: read['x-max-length-bytes'] ?? Infinity,
    refusesOverflow,
    deliveryLimit: read['x-delivery-limit'] ?? Infinity,
    isSingleActiveConsumer: read['x-single-active-consumer'],
    maxAgeMs: read['x-max-age'] === undefined ? undefined : ageMs(read['x-max-age']),
  };
}

function ageMs(text: string): number {
  return Number(text.slice(0, -1)) * (secondsPerUnit[text.slice(-1)] ?? 1) * 1000;
}

/** The arguments amqplib would send: the options' own names are spellings of `x-` arguments. */
export function argumentsOf(options: Options.AssertQueue): Record<string, unknown> {
  const named = {
    'x-expires': options.expires,
    'x-message-ttl': options.messageTtl,
    'x-dead-letter-exchange': options.deadLetterExchange,
    'x-dead-letter-routing-key': options.deadLetterRoutingKey,
    'x-max-length': options.maxLength,
    'x-max-priority': options.maxPriority,
    'x-overflow': options.overflow,
    'x-queue-mode': options.queueMode,
  };
  const all = { ...(options.arguments as Record<string, unknown> | undefined), ...definedOnly(named) };
  return definedOnly(all);
}

function definedOnly(record: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(record).filter(([, value]) => value !== undefined));
}
