import { Database, migrate } from '@firmbridge/database';
import {
  applyTopology,
  BrokerConnections,
  exchangeOf,
  Outbox,
  queueOf,
  type TopologyManifest,
} from '@firmbridge/messaging';
import amqplib, { type Channel } from 'amqplib';
import pg from 'pg';
import { recordContracts, recordManifest } from '../../faults/messaging/records.js';
import { recordSchemas, registrySchema } from '../../faults/messaging/record-tables.js';
import type { OwnServers } from '../../servers/own-servers.js';

export const namespace = 'bench';
/** Deliveries the ledger works on at the same time. */
export const ledgerConcurrency = 32;

/** What every measurement needs: the registry's database and outbox, the topology, and a look at all of it from outside. */
export class BenchStores {
  readonly manifest: TopologyManifest = recordManifest({ concurrency: ledgerConcurrency, withTap: false });
  readonly outbox: Outbox;
  readonly databaseUrl: string;
  readonly amqpUrl: string;

  private constructor(
    servers: OwnServers,
    readonly registry: Database,
    private readonly pool: pg.Pool,
  ) {
    this.databaseUrl = servers.databaseUrl;
    this.amqpUrl = servers.rabbit.url;
    this.outbox = new Outbox(registry);
  }

  static async open(servers: OwnServers): Promise<BenchStores> {
    const { databaseUrl: url } = servers;
    await migrate({ url, namespace, services: recordSchemas });
    const { service, entities } = registrySchema;
    const registry = await Database.connect({ url, service, namespace, entities, poolMax: 20 });
    const stores = new BenchStores(servers, registry, new pg.Pool({ connectionString: url, max: 2 }));
    const { manifest, amqpUrl } = stores;
    await applyTopology({ connect: amqplib.connect, url: amqpUrl, namespace, manifest });
    return stores;
  }

  connections(): BrokerConnections {
    const { amqpUrl: url, manifest } = this;
    return new BrokerConnections({
      ...{ connect: amqplib.connect, url, namespace, manifest },
      service: 'registry',
      contracts: recordContracts,
    });
  }

  queue(name: string): string {
    return queueOf(namespace, name);
  }

  get exchange(): string {
    return exchangeOf(namespace, 'events');
  }

  async withChannel<T>(work: (channel: Channel) => Promise<T>): Promise<T> {
    const connection = await amqplib.connect(this.amqpUrl);
    try {
      return await work(await connection.createChannel());
    } finally {
      await connection.close();
    }
  }

  /** As superuser, past all row-level security. */
  async ask<Row extends object>(sql: string): Promise<Row[]> {
    return (await this.pool.query<Row & pg.QueryResultRow>(sql)).rows;
  }

  /** Tables and queues as after the migration. */
  async empty(): Promise<void> {
    await this.ask(
      `truncate registry.record, registry.change, registry.outbox_message, ledger.known, ledger.effect, ledger.inbox_message`,
    );
    await this.withChannel(async (channel) => {
      for (const { name } of this.manifest.queues) await channel.purgeQueue(this.queue(name));
    });
    await this.ask('checkpoint');
  }

  async close(): Promise<void> {
    await this.registry.close();
    await this.pool.end();
  }
}
