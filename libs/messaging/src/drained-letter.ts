import { brokersHeader } from '@firmbridge/subscriber/amqp';
import type { ConsumeMessage } from 'amqplib';
import { z } from 'zod';
import { queueOf } from './topology.js';

/** A message as it lay in a dead-letter queue. Nothing in it is checked: whoever may publish may have written it. */
export interface DrainedLetter {
  /** The queue in which it failed, without the namespace. */
  readonly queue: string;
  readonly body: Buffer;
  readonly properties: {
    readonly messageId: unknown;
    readonly type: unknown;
    readonly contentType: unknown;
    readonly contentEncoding: unknown;
    readonly correlationId: unknown;
    readonly timestamp: unknown;
  };
  /** All but those the broker writes. */
  readonly headers: Readonly<Record<string, unknown>>;
  /** How it came here when the broker itself set it aside, and not one of our consumers. */
  readonly brokersDeath: BrokersDeath | null;
}

export interface BrokersDeath {
  /** The broker's own word: `delivery_limit`, `expired`, `maxlen`, `rejected`. */
  readonly reason: string;
  readonly at: Date | null;
}

const deathSchema = z.object({
  queue: z.string(),
  reason: z.string().catch('unknown'),
  time: z
    .object({ value: z.number().min(0).max(8_640_000_000_000) })
    .transform(({ value }) => new Date(value * 1_000))
    .nullable()
    .catch(null),
});
/** Records of one that is not among them are no reason to lose sight of the others. */
const deathsSchema = z.array(deathSchema.nullable().catch(null)).catch([]);

export function drainedLetterOf(delivery: ConsumeMessage, namespace: string, queue: string): DrainedLetter {
  const { messageId, type, contentType, contentEncoding, correlationId, timestamp } =
    delivery.properties as DrainedLetter['properties'];
  const headers: Readonly<Record<string, unknown>> = delivery.properties.headers ?? {};
  return {
    queue,
    body: delivery.content,
    properties: { messageId, type, contentType, contentEncoding, correlationId, timestamp },
    headers: Object.fromEntries(Object.entries(headers).filter(([name]) => !brokersHeader.test(name))),
    brokersDeath: deathIn(headers['x-death'], queueOf(namespace, queue)),
  };
}

/** Our own copies leave `x-death` behind, so a death in this very queue can only be the last thing that happened. */
function deathIn(deaths: unknown, queue: string): BrokersDeath | null {
  const death = deathsSchema.parse(deaths ?? []).find((each) => each?.queue === queue);
  return death ? { reason: death.reason, at: death.time } : null;
}
