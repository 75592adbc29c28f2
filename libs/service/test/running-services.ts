import {
  newMessage,
  newOrigin,
  systemActor,
  type DataOf,
  type Message,
  type MessageContract,
  type QueryContract,
  type ReplyOf,
} from '@firmbridge/contracts';
import type { Database, ServiceSchema } from '@firmbridge/database';
import { LocalBroker } from '@firmbridge/local-broker';
import {
  applyTopology,
  BrokerConnections,
  deadLettersOf,
  decodeMessage,
  exchangeOf,
  QueryClient,
  queueOf,
  topology,
  type RoutingPattern,
} from '@firmbridge/messaging';
import { startService, type RunningService, type ServiceDefinition } from '../src/index.js';
import { createTestDatabase, eventually, testNamespace, type TestDatabase } from '@firmbridge/testing';
import type { Channel } from 'amqplib';

const amqpUrl = 'local://broker';

interface Opened {
  readonly namespace: string;
  readonly database: TestDatabase;
  readonly broker: LocalBroker;
  readonly others: BrokerConnections;
  readonly queries: QueryClient;
}

export interface Sending {
  readonly lane?: string;
  readonly tenantId?: string;
  /** The service that sends. */
  readonly from?: string;
}

/** What the headers of a dead letter say. */
export interface DeadLetter {
  readonly code: string;
  readonly reason: string;
  readonly attempts: number;
}

/** A database and a local broker on which services run as their processes would, and somebody who talks to them. */
export class RunningServices {
  private readonly running = new Set<RunningService>();

  private constructor(
    readonly tenantId: string,
    private readonly opened: Opened,
  ) {}

  static async open(tenantId: string, schemas: readonly (ServiceSchema | null)[]): Promise<RunningServices> {
    const namespace = testNamespace();
    const database = await createTestDatabase({ services: schemas.filter((schema) => schema !== null) });
    const broker = await LocalBroker.open({ databaseUrl: database.url });
    await applyTopology({ connect: broker.connect, url: amqpUrl, namespace });
    const others = new BrokerConnections({ connect: broker.connect, url: amqpUrl, namespace, service: 'gateway' });
    await others.open();
    const queries = new QueryClient(others, () => new Date());
    return new RunningServices(tenantId, { namespace, database, broker, others, queries });
  }

  /** A superuser's address of the database that the services use. */
  get databaseUrl(): string {
    return this.opened.database.url;
  }

  async start<Config>(
    definition: ServiceDefinition<Config>,
    env: Record<string, string> = {},
  ): Promise<RunningService> {
    const { broker, database, namespace } = this.opened;
    const service = await startService(definition, {
      connect: broker.connect,
      env: {
        DATABASE_URL: database.url,
        DATABASE_NAMESPACE: database.namespace,
        AMQP_URL: amqpUrl,
        AMQP_NAMESPACE: namespace,
        LOG_LEVEL: 'silent',
        VAULT_KEYS: `test:${Buffer.alloc(32, 7).toString('base64')}`,
        ...env,
      },
    });
    this.running.add(service);
    return service;
  }

  async end(service: RunningService): Promise<void> {
    this.running.delete(service);
    await service.stop();
  }

  async stop(): Promise<void> {
    for (const service of this.running) await this.end(service);
    const { queries, others, broker, database } = this.opened;
    await queries.close();
    await others.close();
    await broker.close();
    await database.drop();
  }

  async publish<C extends MessageContract>(
    contract: C,
    data: DataOf<C>,
    { lane, tenantId = this.tenantId, from = 'clio-sync' }: Sending = {},
  ): Promise<string> {
    const origin = newOrigin({ service: from, tenantId, now: new Date() });
    const message = newMessage(contract, data as never, origin, lane === undefined ? {} : { lane });
    expect(await this.opened.others.publisher().publish([message])).toEqual(['confirmed']);
    return origin.id;
  }

  /** Puts a message into a queue as it comes for its last attempt. */
  async lastAttempt<C extends MessageContract>(
    queue: string,
    contract: C,
    data: DataOf<C>,
    { from = 'clio-sync' }: Pick<Sending, 'from'> = {},
  ): Promise<void> {
    const origin = newOrigin({ service: from, tenantId: this.tenantId, now: new Date() });
    const { envelope } = newMessage(contract, data as never, origin);
    const waits = topology.queues.find(({ name }) => name === queue)?.retryDelaysMs.length ?? 0;
    const channel = await this.channel();
    const headers = { 'x-attempt': waits };
    channel.sendToQueue(queueOf(this.opened.namespace, queue), Buffer.from(JSON.stringify(envelope)), { headers });
    await channel.close();
  }

  /** The next dead letter of a queue. */
  async deadLetter(queue: string): Promise<DeadLetter> {
    const channel = await this.channel();
    const name = deadLettersOf(this.opened.namespace, queue);
    const delivery = await eventually(() => channel.get(name, { noAck: true }));
    await channel.close();
    const headers = delivery.properties.headers ?? {};
    return {
      code: String(headers['x-error-code']),
      reason: String(headers['x-error-message']),
      attempts: Number(headers['x-attempt']),
    };
  }

  /** The tables of a service. */
  storageOf(schema: ServiceSchema): Promise<Database> {
    return this.opened.database.connect(schema);
  }

  ask<C extends QueryContract>(contract: C, data: DataOf<C>): Promise<ReplyOf<C>> {
    return this.opened.queries.ask(contract, data as never, { tenantId: this.tenantId, actor: systemActor('gateway') });
  }

  /** A queue as a subscriber would declare it, with every entity event, and what has come into it so far. */
  async subscribe(queue: string): Promise<readonly Message[]> {
    const channel = await this.channel();
    await channel.assertQueue(queue, { durable: true });
    return this.listen(channel, queue, { exchange: 'entities', pattern: 'entity.#' });
  }

  /** The messages of a contract that are published from now on. */
  async heard<C extends MessageContract>(contract: C): Promise<readonly Message<DataOf<C>>[]> {
    const channel = await this.channel();
    const { queue } = await channel.assertQueue('', { exclusive: true });
    const { exchange, routingKey: pattern } = contract;
    return (await this.listen(channel, queue, { exchange, pattern })) as readonly Message<DataOf<C>>[];
  }

  private async listen(channel: Channel, queue: string, { exchange, pattern }: RoutingPattern): Promise<Message[]> {
    await channel.bindQueue(queue, exchangeOf(this.opened.namespace, exchange), pattern);
    const received: Message[] = [];
    await channel.consume(
      queue,
      (delivery) => {
        if (delivery !== null) received.push(decodeMessage(delivery.content, this.opened.others.contracts));
      },
      { noAck: true },
    );
    return received;
  }

  private async channel(): Promise<Channel> {
    const model = await this.opened.broker.connect(amqpUrl);
    return model.createChannel();
  }
}
