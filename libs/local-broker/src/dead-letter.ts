import { z } from 'zod';
import type { Envelope } from './message.js';

export type DeathReason = 'rejected' | 'expired' | 'maxlen' | 'delivery_limit';

const deathSchema = z.looseObject({
  count: z.number().catch(1),
  reason: z.string().catch(''),
  queue: z.string().catch(''),
});
const deathsSchema = z.array(deathSchema).catch([]);

export type Death = z.output<typeof deathSchema>;

export function deathsOf(envelope: Envelope): Death[] {
  return deathsSchema.parse(envelope.properties.headers['x-death']);
}

export interface DeadLettering {
  readonly queue: string;
  readonly reason: DeathReason;
  readonly exchange: string;
  /** undefined keeps the message's own. */
  readonly routingKey: string | undefined;
  readonly diedAt: Date;
}

/**
 * The envelope a dead letter continues with: `x-death` has one record per (queue, reason), the newest first, and the message's
 * own expiration is taken off, else it would expire again in its next queue.
 */
export function deadLetterEnvelope(envelope: Envelope, death: DeadLettering): Envelope {
  const { expiration, headers, ...properties } = envelope.properties;
  const deaths = deathsOf(envelope);
  const known = deaths.find((other) => other.queue === death.queue && other.reason === death.reason);
  const record = known
    ? { ...known, count: known.count + 1 }
    : {
        count: 1,
        exchange: envelope.exchange,
        ...(expiration !== undefined && { 'original-expiration': expiration }),
        queue: death.queue,
        reason: death.reason,
        'routing-keys': [envelope.routingKey],
        time: { '!': 'timestamp', value: Math.floor(death.diedAt.getTime() / 1000) },
      };
  const first = {
    'x-first-death-exchange': envelope.exchange,
    'x-first-death-queue': death.queue,
    'x-first-death-reason': death.reason,
  };
  return {
    exchange: death.exchange,
    routingKey: death.routingKey ?? envelope.routingKey,
    properties: {
      ...properties,
      headers: {
        ...('x-first-death-reason' in headers ? {} : first),
        ...headers,
        'x-death': [record, ...deaths.filter((other) => other !== known)],
      },
    },
  };
}

/** True when the message would come back to a queue it already left with nobody having rejected it on the way. */
export function isAutomaticCycle(deaths: readonly Death[], queue: string): boolean {
  const last = deaths.findIndex((death) => death.queue === queue);
  return last >= 0 && deaths.slice(0, last + 1).every((death) => death.reason !== 'rejected');
}
