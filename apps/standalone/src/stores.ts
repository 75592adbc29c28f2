import { startEmbeddedPostgres } from '@firmbridge/database';
import { LocalBroker } from '@firmbridge/local-broker';
import type { BrokerConnect } from '@firmbridge/messaging';
import amqplib from 'amqplib';
import type { DataDir } from './data-dir.js';

/** The database and the broker a platform runs on. */
export interface Stores {
  readonly databaseUrl: string;
  readonly amqpUrl: string;
  readonly connect: BrokerConnect;
  /** For a person: what is used. */
  readonly description: string;
  /** Calls back when the embedded PostgreSQL ends although nobody closed it. */
  onLost(tell: () => void): void;
  close(): Promise<void>;
}

const localBrokerUrl = 'local://broker';

/** Real servers where an address is given; the embedded PostgreSQL and the local broker, journalled to it, where not. */
export async function openStores(
  dir: DataDir,
  given: { databaseUrl: string | null; amqpUrl: string | null },
): Promise<Stores> {
  const closers: (() => Promise<void>)[] = [];
  let isClosing = false;
  let lost: Promise<void> = new Promise(() => undefined);
  const onLost = (tell: () => void) => void lost.then(() => isClosing || tell());
  const close = async () => {
    isClosing = true;
    for (const one of closers.reverse()) await one();
  };
  try {
    let databaseUrl = given.databaseUrl;
    if (databaseUrl === null) {
      const server = await startEmbeddedPostgres({ dataDir: dir.file('postgres') });
      closers.push(() => server.stop());
      databaseUrl = server.url;
      lost = server.exited;
    }
    const database = given.databaseUrl === null ? 'embedded PostgreSQL' : 'PostgreSQL of DATABASE_URL';
    if (given.amqpUrl !== null) {
      return {
        databaseUrl,
        amqpUrl: given.amqpUrl,
        connect: amqplib.connect,
        description: `${database}, RabbitMQ of AMQP_URL`,
        onLost,
        close,
      };
    }
    const broker = await LocalBroker.open({ databaseUrl });
    closers.push(() => broker.close());
    return {
      databaseUrl,
      amqpUrl: localBrokerUrl,
      connect: broker.connect,
      description: `${database}, local broker`,
      onLost,
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}
