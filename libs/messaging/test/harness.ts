import {
  defineCommand,
  defineEvent,
  defineQuery,
  newMessage,
  newOrigin,
  systemActor,
  type MessageContract,
  type OutgoingMessage,
  type OutgoingOptions,
} from '@firmbridge/contracts';
import { tenantTable, type ServiceSchema } from '@firmbridge/database';
import { testNamespace } from '@firmbridge/testing';
import { Module, type Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { Channel, ChannelModel, ConsumeMessage } from 'amqplib';
import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import {
  applyTopology,
  BrokerConnections,
  messagingEntities,
  messagingMigrations,
  PassThroughRpcFilter,
  queriesOf,
  RabbitServer,
  removeTopology,
  type BrokerConnect,
  type BrokerOptions,
  type MessageSource,
  type QueueSpec,
  type RabbitServerOptions,
  type TopologyManifest,
} from '../src/index.js';

export interface TestBroker {
  readonly connect: BrokerConnect;
  readonly url: string;
}

export const orderPlaced = defineEvent({
  name: 'orders.order-placed.v1',
  summary: 'An order was placed.',
  data: z.object({ order: z.string(), n: z.int() }),
});
export const orderPaid = defineEvent({
  name: 'orders.order-paid.v1',
  summary: 'An order was paid.',
  data: z.object({ order: z.string(), n: z.int() }),
});
export const nobodysEvent = defineEvent({
  name: 'orders.page-looked-at.v1',
  summary: 'An event no queue is bound to.',
  data: z.object({}),
});
export const shipOrder = defineCommand({
  name: 'shipping.ship-order.v1',
  needs: 'runs.start',
  summary: 'Ship an order.',
  lanes: ['express', 'normal'],
  data: z.object({ order: z.string() }),
});
export const findOrder = defineQuery({
  name: 'shop.find-order.v1',
  needs: 'runs.read',
  summary: 'An order.',
  data: z.object({ order: z.string(), size: z.int().default(0) }),
  reply: z.object({ order: z.string(), note: z.string() }),
});

export const testContracts = new Map<string, MessageContract>(
  [orderPlaced, orderPaid, nobodysEvent, shipOrder, findOrder].map((contract) => [contract.type, contract]),
);

export function queueSpec(
  name: string,
  sources: readonly MessageSource[],
  options: Partial<QueueSpec> = {},
): QueueSpec {
  const owner = name.slice(0, name.indexOf('.'));
  const bindings = sources.map((source) => ({ source }));
  return { name, owner, bindings, concurrency: 10, retryDelaysMs: [30, 60], ...options };
}

export function manifestOf(...queues: QueueSpec[]): TopologyManifest {
  return { version: 1, queues, streams: [] };
}

const startTimeoutMs = 10_000;

export const tenantId = randomUUID();
export const anotherTenantId = randomUUID();

export function aMessage<C extends MessageContract>(
  contract: C,
  data: z.input<C['data']>,
  { tenant = tenantId, ...options }: OutgoingOptions & { tenant?: string } = {},
): OutgoingMessage {
  return newMessage(contract, data, newOrigin({ service: 'orders', tenantId: tenant, now: new Date() }), options);
}

export const asker = { tenantId, actor: systemActor('tests') };

/** A service schema with a table for effects and one for locks. */
export const shopSchema: ServiceSchema = {
  service: 'shop',
  entities: messagingEntities,
  migrations: [
    ...messagingMigrations,
    {
      name: 'effects',
      up: (names) => [
        'create table effect (tenant_id uuid not null, message_id uuid not null, n bigint generated always as identity, primary key (tenant_id, n))',
        ...tenantTable(names, 'effect'),
        'create table counter (tenant_id uuid not null, name text not null, n int not null, primary key (tenant_id, name))',
        ...tenantTable(names, 'counter'),
      ],
    },
  ],
};

export interface LoggedLine {
  readonly level: 'info' | 'warn' | 'error';
  readonly fields: object;
  readonly message: string;
}

export function recordingLogger() {
  const lines: LoggedLine[] = [];
  const log = (level: LoggedLine['level']) => (fields: object, message: string) => {
    lines.push({ level, fields, message });
  };
  return { lines, info: log('info'), warn: log('warn'), error: log('error') };
}

/** `connect` whose connection to publish comes up only when that is allowed. */
export function publishingLate(connect: BrokerConnect) {
  let allow: () => void = () => undefined;
  const allowed = new Promise<void>((resolve) => (allow = resolve));
  const late = (async (...given: Parameters<BrokerConnect>) => {
    const { connection_name: name } = given[1]?.clientProperties as { connection_name: string };
    if (name.endsWith(' publish')) await allowed;
    return connect(...given);
    // the overloads of amqplib cannot be written as one arrow function
  }) as BrokerConnect;
  return { connect: late, allow: () => allow() };
}

/** What one suite opens on a broker, in a namespace of its own, and takes away again. */
export class Playground {
  readonly namespace = testNamespace();
  private readonly closers: (() => Promise<void>)[] = [];
  private readonly manifests: TopologyManifest[] = [];
  private opened: Promise<ChannelModel> | null = null;

  constructor(readonly broker: TestBroker) {}

  async apply(manifest: TopologyManifest): Promise<void> {
    this.manifests.push(manifest);
    await applyTopology({ ...this.broker, namespace: this.namespace, manifest });
  }

  connections(manifest: TopologyManifest, options: Partial<BrokerOptions> = {}): BrokerConnections {
    const { broker, namespace } = this;
    const connections = new BrokerConnections({
      ...broker,
      namespace,
      service: 'shop',
      contracts: testContracts,
      manifest,
      ...options,
    });
    this.later(() => connections.close());
    return connections;
  }

  start(connections: BrokerConnections, ...controllers: Type[]): Promise<RabbitServer> {
    return this.startWith({}, connections, ...controllers);
  }

  async startWith(
    serving: Partial<RabbitServerOptions>,
    connections: BrokerConnections,
    ...controllers: Type[]
  ): Promise<RabbitServer> {
    const server = new RabbitServer({ connections, clock: () => new Date(), startTimeoutMs, ...serving });
    class ShopModule {}
    Module({ controllers })(ShopModule);
    const app = await NestFactory.createMicroservice(ShopModule, { strategy: server, logger: false });
    app.useGlobalFilters(new PassThroughRpcFilter());
    this.later(() => app.close());
    await app.listen();
    return server;
  }

  /** A plain channel beside the code under test. */
  async channel(): Promise<Channel> {
    this.opened ??= this.open();
    const channel = await (await this.opened).createChannel();
    channel.on('error', () => undefined);
    return channel;
  }

  /** All that a queue holds, taken from it. */
  async take(queue: string): Promise<ConsumeMessage[]> {
    const channel = await this.channel();
    const messages: ConsumeMessage[] = [];
    for (;;) {
      const message = await channel.get(`${this.namespace}.${queue}`, { noAck: true });
      if (message === false) break;
      messages.push(message as unknown as ConsumeMessage);
    }
    await channel.close();
    return messages;
  }

  later(close: () => Promise<void>): void {
    this.closers.push(close);
  }

  /** Closes what was opened, last first, and all of it when something does not close. */
  async close(): Promise<void> {
    const failures: unknown[] = [];
    for (const close of this.closers.splice(0).reverse()) await close().catch((error: unknown) => failures.push(error));
    if (failures.length > 0) throw new AggregateError(failures, 'Not everything was closed.');
  }

  /** Leaves nothing on the broker, also when something does not close. */
  async remove(): Promise<void> {
    try {
      await this.close();
    } finally {
      const { broker, namespace } = this;
      for (const manifest of this.manifests) await removeTopology({ ...broker, namespace, manifest });
      await this.removeQueriesQueue();
      await (await this.opened)?.close();
    }
  }

  /** It would stay for a minute; the topology does not know it. */
  private async removeQueriesQueue(): Promise<void> {
    const channel = await this.channel();
    await channel.deleteQueue(queriesOf(this.namespace, 'shop'));
  }

  private async open(): Promise<ChannelModel> {
    const model = await this.broker.connect(this.broker.url);
    model.on('error', () => undefined);
    return model;
  }
}
