import type { BrokerConnect } from '@firmbridge/messaging';

export interface EventCounter {
  readonly count: number;
  /** Resolves when so many have arrived. */
  reached(count: number): Promise<void>;
  close(): Promise<void>;
}

/** Consumes entity events as another service would: a durable queue of its own, each message acknowledged. */
export async function countEntityEvents(connect: BrokerConnect, url: string, namespace: string): Promise<EventCounter> {
  const connection = await connect(url);
  const channel = await connection.createChannel();
  const queue = `${namespace}.bench`;
  await channel.assertQueue(queue, { durable: true, arguments: { 'x-queue-type': 'quorum' } });
  await channel.bindQueue(queue, `${namespace}.entities`, 'entity.#');
  await channel.prefetch(500);
  let count = 0;
  let wanted = { count: Infinity, resolve: () => undefined as void };
  await channel.consume(queue, (delivery) => {
    if (!delivery) return;
    JSON.parse(delivery.content.toString());
    channel.ack(delivery);
    count += 1;
    if (count >= wanted.count) wanted.resolve();
  });
  return {
    get count() {
      return count;
    },
    reached: (target) =>
      new Promise((resolve) => {
        wanted = { count: target, resolve };
        if (count >= target) resolve();
      }),
    close: async () => {
      await channel.deleteQueue(queue);
      await connection.close();
    },
  };
}
