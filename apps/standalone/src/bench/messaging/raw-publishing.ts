import type { OutgoingMessage } from '@firmbridge/contracts';
import amqplib, { type ConfirmChannel } from 'amqplib';
import { ledgerQueues } from '../../faults/messaging/records.js';
import type { BenchStores } from './bench-stores.js';

/** As many as the platform's publisher has under way at most. */
const window = 1_000;

/** The least one could do: amqplib with confirms, the same bodies to the same queue. Answers seconds. */
export async function publishRaw(stores: BenchStores, events: readonly OutgoingMessage[]): Promise<number> {
  const bodies = events.map(({ envelope, routingKey }) => ({
    messageId: envelope.id,
    type: envelope.type,
    headers: { traceparent: envelope.traceparent },
    routingKey,
    text: JSON.stringify(envelope),
  }));
  const connection = await amqplib.connect(stores.amqpUrl);
  try {
    const channel = await connection.createConfirmChannel();
    const startedAt = performance.now();
    await publishAll(channel, stores.exchange, bodies);
    return (performance.now() - startedAt) / 1_000;
  } finally {
    await connection.close();
    await stores.withChannel((channel) => channel.purgeQueue(stores.queue(ledgerQueues.apply)));
  }
}

interface Body {
  readonly messageId: string;
  readonly type: string;
  readonly headers: object;
  readonly routingKey: string;
  readonly text: string;
}

function publishAll(channel: ConfirmChannel, exchange: string, bodies: readonly Body[]): Promise<void> {
  return new Promise((resolve, reject) => {
    let next = 0;
    let confirmed = 0;
    const fill = () => {
      while (next < bodies.length && next - confirmed < window) {
        const body = bodies[next];
        next += 1;
        if (body) publish(channel, exchange, body, isConfirmed);
      }
    };
    const isConfirmed = (error: unknown) => {
      if (error !== null) return reject(new Error('The broker refused a message.'));
      confirmed += 1;
      if (confirmed === bodies.length) resolve();
      else fill();
    };
    channel.on('return', () => reject(new Error('No queue wanted a message.')));
    fill();
  });
}

function publish(channel: ConfirmChannel, exchange: string, body: Body, done: (error: unknown) => void): void {
  const { messageId, type, headers, routingKey, text } = body;
  const contentType = 'application/cloudevents+json';
  const properties = { messageId, type, headers, contentType, persistent: true, mandatory: true };
  channel.publish(exchange, routingKey, Buffer.from(text), properties, done);
}
