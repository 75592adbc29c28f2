import type { Channel } from 'amqplib';
import type { Stores } from './installation.js';

export type Broker = Pick<Stores, 'connect' | 'amqpUrl' | 'amqpNamespace'>;

/** A channel on a connection of its own for one piece of work. */
export async function withChannel<T>({ connect, amqpUrl }: Broker, work: (channel: Channel) => Promise<T>): Promise<T> {
  const connection = await connect(amqpUrl);
  try {
    return await work(await connection.createChannel());
  } finally {
    await connection.close();
  }
}
