import { createHash } from 'node:crypto';
import { envelopeSchema } from '@firmbridge/contracts';
import { exchangeOf } from '@firmbridge/messaging';
import { withChannel, type Broker } from './broker.js';

/** A queue as another service would own it: all entity events, from before the first one. */
export const tapName = (amqpNamespace: string) => `${amqpNamespace}-tap.entities`;

export interface TappedEvent {
  readonly id: string;
  /** `firmbridge.entity.matter.updated.v1`. */
  readonly type: string;
  /** `matter/<entity id>`. */
  readonly subject: string;
  /** `<epoch>.<n>`. */
  readonly version: string;
  readonly state: unknown;
  /** Of the bytes as they were delivered. */
  readonly digest: string;
}

/** Belongs before the first event. */
export async function declareTap(broker: Broker): Promise<void> {
  await withChannel(broker, async (channel) => {
    const { queue } = await channel.assertQueue(tapName(broker.amqpNamespace), { durable: true });
    await channel.bindQueue(queue, exchangeOf(broker.amqpNamespace, 'entities'), 'entity.#');
  });
}

/** Everything that arrived, in the order in which it did. */
export async function drainTap(broker: Broker): Promise<TappedEvent[]> {
  return withChannel(broker, async (channel) => {
    const events: TappedEvent[] = [];
    const queue = tapName(broker.amqpNamespace);
    for (;;) {
      const delivery = await channel.get(queue, { noAck: true });
      if (!delivery) return events;
      events.push(read(delivery.content));
    }
  });
}

function read(content: Buffer): TappedEvent {
  const { id, type, subject = '', entityversion, data } = envelopeSchema.parse(JSON.parse(content.toString()));
  return {
    id,
    type,
    subject,
    version: entityversion ? `${entityversion.epoch}.${entityversion.n}` : '',
    state: (data as { state?: unknown }).state,
    digest: createHash('sha256').update(content).digest('base64'),
  };
}
