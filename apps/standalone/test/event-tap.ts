import { envelopeSchema } from '@firmbridge/contracts';
import type { TestPlatform } from './test-platform.js';

export type SeenEvent = ReturnType<typeof envelopeSchema.parse>;

/** Listens to all entity events the way another service would: with a queue of its own on the public exchange. */
export async function tapEntityEvents({ connect, settings }: TestPlatform) {
  const connection = await connect(settings.addresses.amqpUrl);
  const channel = await connection.createChannel();
  const { queue } = await channel.assertQueue('', { exclusive: true });
  await channel.bindQueue(queue, `${settings.namespaces.amqp}.entities`, 'entity.#');
  const events: SeenEvent[] = [];
  await channel.consume(
    queue,
    (delivery) => {
      if (delivery) events.push(envelopeSchema.parse(JSON.parse(delivery.content.toString())));
    },
    { noAck: true },
  );
  return { events, close: () => connection.close() };
}
