import type { BrokerConnect } from '@firmbridge/messaging';
import amqplib, { type Channel, type ChannelModel, type ConsumeMessage } from 'amqplib';

export interface DeliveryDisturbance {
  readonly random: () => number;
  /** The connection is gone, no delivery can come. */
  readonly lost: () => void;
  /** A delivery of this queue has come. */
  readonly delivered: (queue: string) => void;
  readonly duplicated: () => void;
  readonly delayed: () => void;
}

const duplicatedShare = 0.03;
const delayedShare = 0.1;
const longestDelayMs = 150;

/**
 * amqplib's connect, disturbed behind the back of whoever consumes: some deliveries come a second time, at the same time as
 * the first or in another process, and some are overtaken by later ones.
 */
export function disturbedConnect(disturbance: DeliveryDisturbance): BrokerConnect {
  const connect: typeof amqplib.connect = ((url: string, options: { recovery: RecoveryOptions }) =>
    amqplib.connect(url, {
      ...options,
      recovery: {
        ...options.recovery,
        setup: async (model: ChannelModel) => {
          disturb(model, disturbance);
          await options.recovery.setup(model);
        },
      },
    })) as typeof amqplib.connect;
  return connect;
}

interface RecoveryOptions {
  readonly setup: (model: ChannelModel) => Promise<void>;
}

function disturb(model: ChannelModel, disturbance: DeliveryDisturbance): void {
  const createChannel = model.createChannel.bind(model);
  model.createChannel = async () => {
    const channel = await createChannel();
    const consume = channel.consume.bind(channel);
    channel.consume = (queue, callback, options) => {
      channel.once('close', () => disturbance.lost());
      return consume(queue, (delivery) => deliver({ channel, queue, delivery, callback, disturbance }), options);
    };
    return channel;
  };
}

interface Delivered {
  readonly channel: Channel;
  readonly queue: string;
  readonly delivery: ConsumeMessage | null;
  readonly callback: (delivery: ConsumeMessage | null) => void;
  readonly disturbance: DeliveryDisturbance;
}

function deliver({ channel, queue, delivery, callback, disturbance }: Delivered): void {
  if (delivery === null) return callback(null);
  const { random } = disturbance;
  disturbance.delivered(queue);
  if (random() < duplicatedShare) {
    const { messageId, type, contentType, headers } = delivery.properties;
    channel.sendToQueue(queue, delivery.content, { messageId, type, contentType, headers, persistent: true });
    disturbance.duplicated();
  }
  if (random() >= delayedShare) return callback(delivery);
  disturbance.delayed();
  // The channel may be gone by then: a delivery of yesterday, which must not be acknowledged on the channel of today.
  setTimeout(() => callback(delivery), random() * longestDelayMs);
}
