import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { Global, Module } from '@nestjs/common';
import type { Channel } from 'amqplib';
import { Registry } from 'prom-client';
import { Test, type TestingModule } from '@nestjs/testing';
import {
  authMessages,
  mappingMessages,
  systemActor,
  syncMessages,
  type ChangedRecord,
  type DataOf,
  type Envelope,
  type Message,
  type MessageContract,
} from '@firmbridge/contracts';
import { Database } from '@firmbridge/database';
import { LocalBroker } from '@firmbridge/local-broker';
import { BrokerConnections, Inbox, Outbox } from '@firmbridge/messaging';
import { CLOCK, createLogger, LOGGER, Stages } from '@firmbridge/service';
import { createTestDatabase, testNamespace, type TestDatabase } from '@firmbridge/testing';
import { MappingModule } from '../src/app.module.js';
import { KeepConnections } from '../src/application/keep-connections.js';
import { KeepLinks } from '../src/application/keep-links.js';
import { KeepPairings } from '../src/application/keep-pairings.js';
import { NormalizeRecords } from '../src/application/normalize-records.js';
import { platformNormalizers, type NormalizerCatalogue } from '../src/domain/normalizers/catalogue.js';
import { mapping } from '../src/index.js';

type NormalizeRecordsData = DataOf<typeof mappingMessages.normalizeRecords>;

/** An entity event as it waits in the outbox. */
export interface EntityEventData {
  readonly entityType: string;
  readonly entityId: string;
  readonly state: Record<string, unknown>;
  readonly changes: { field: string; before: unknown; after: unknown }[];
  readonly cause: string;
  readonly normalizerVersion: number;
  readonly source: { recordId: string; revision: number };
}

export function aMessage<C extends MessageContract>(
  contract: C,
  tenantId: string,
  data: DataOf<C>,
  overrides: Partial<Message> = {},
): Message<DataOf<C>> {
  return {
    id: randomUUID(),
    type: contract.type,
    source: 'firmbridge/clio-sync',
    time: new Date().toISOString(),
    subject: undefined,
    tenantId,
    correlationId: randomUUID(),
    causationId: undefined,
    traceparent: undefined,
    actor: systemActor('clio-sync'),
    entityVersion: undefined,
    ...overrides,
    data,
  };
}

export const aRecord = (body: Record<string, unknown>, overrides: Partial<ChangedRecord> = {}): ChangedRecord => ({
  recordId: String(body['id']),
  revision: 1,
  deleted: false,
  body,
  ...overrides,
});

function moduleOf(
  database: Database,
  connections: BrokerConnections,
  normalizers: NormalizerCatalogue,
): Promise<TestingModule> {
  const providers = [
    { provide: Database, useValue: database },
    { provide: BrokerConnections, useValue: connections },
    { provide: Inbox, useValue: new Inbox(database) },
    { provide: Outbox, useValue: new Outbox(database) },
    { provide: CLOCK, useValue: () => new Date() },
    { provide: LOGGER, useValue: createLogger('mapping', 'silent') },
    { provide: Stages, useValue: new Stages(new Registry()) },
  ];
  @Global()
  @Module({ providers, exports: providers.map(({ provide }) => provide) })
  class Infrastructure {}
  return Test.createTestingModule({
    imports: [Infrastructure, MappingModule.forRoot(normalizers)],
  }).compile();
}

/** The use cases of mapping on a database and a local broker of their own, wired as in the service. */
export class MappingHarness {
  private constructor(
    private readonly testDatabase: TestDatabase,
    readonly database: Database,
    readonly broker: LocalBroker,
    readonly connections: BrokerConnections,
    private readonly module: TestingModule,
  ) {}

  static async start(normalizers = platformNormalizers): Promise<MappingHarness> {
    if (mapping.schema === null) throw new Error('mapping keeps entities');
    const testDatabase = await createTestDatabase({ services: [mapping.schema] });
    const database = await testDatabase.connect(mapping.schema);
    const broker = await LocalBroker.open({ databaseUrl: testDatabase.url });
    const connections = new BrokerConnections({
      connect: broker.connect,
      url: 'local://broker',
      namespace: testNamespace(),
      service: 'mapping',
    });
    const module = await moduleOf(database, connections, normalizers);
    return new MappingHarness(testDatabase, database, broker, connections, module);
  }

  /** A replica with other normalizers on the same database; it ends with the first one. */
  async replica(normalizers: NormalizerCatalogue): Promise<MappingHarness> {
    const module = await moduleOf(this.database, this.connections, normalizers);
    return new MappingHarness(this.testDatabase, this.database, this.broker, this.connections, module);
  }

  /** Past all row-level security. */
  async asSuperuser<Row extends pg.QueryResultRow>(sql: string): Promise<Row[]> {
    const client = new pg.Client({ connectionString: this.testDatabase.url });
    await client.connect();
    try {
      return (await client.query<Row>(sql)).rows;
    } finally {
      await client.end();
    }
  }

  async stop(): Promise<void> {
    await this.module.close();
    await this.connections.close();
    await this.broker.close();
    await this.testDatabase.drop();
  }

  /** A queue as a subscriber would declare it. */
  async aQueue(): Promise<string> {
    const queue = `reports.${randomUUID()}`;
    await this.onBroker((channel) => channel.assertQueue(queue, { durable: true }));
    return queue;
  }

  async deleteQueue(queue: string): Promise<void> {
    await this.onBroker((channel) => channel.deleteQueue(queue));
  }

  private async onBroker(work: (channel: Channel) => Promise<unknown>): Promise<void> {
    const model = await this.broker.connect('local://broker');
    await work(await model.createChannel());
    await model.close();
  }

  get<T>(type: abstract new (...parameters: never[]) => T): T {
    return this.module.get<T>(type);
  }

  /** A tenant with a Clio connection in the United States, and a GHL connection when it is paired. */
  async aTenant({ paired = false } = {}): Promise<MappingTenant> {
    const tenant = new MappingTenant(this, randomUUID(), randomUUID(), randomUUID());
    await tenant.connect('clio', tenant.connectionId);
    if (!paired) return tenant;
    await tenant.connect('ghl', tenant.ghlConnectionId);
    const pairing = {
      pairingId: randomUUID(),
      clioConnectionId: tenant.connectionId,
      ghlConnectionId: tenant.ghlConnectionId,
    };
    const event = aMessage(authMessages.pairingCreated, tenant.tenantId, pairing);
    await this.get(KeepPairings).execute('mapping.keep-connections', event);
    return tenant;
  }
}

export class MappingTenant {
  constructor(
    private readonly harness: MappingHarness,
    readonly tenantId: string,
    readonly connectionId: string,
    readonly ghlConnectionId: string,
  ) {}

  /** The same tenant, at another replica. */
  at(replica: MappingHarness): MappingTenant {
    return new MappingTenant(replica, this.tenantId, this.connectionId, this.ghlConnectionId);
  }

  async connect(provider: 'clio' | 'ghl', connectionId: string, region: 'us' | 'au' | 'global' = 'us'): Promise<void> {
    const connection: DataOf<typeof authMessages.connectionEstablished> = {
      connectionId,
      provider,
      region: provider === 'ghl' ? 'global' : region,
      accountId: '1',
      accountName: 'Alvarez Law LLP',
      apiOrigin: 'https://app.clio.com',
      status: 'active',
      credential: 'oauth',
      establishedAt: '2026-01-01T00:00:00Z',
    };
    await this.harness
      .get(KeepConnections)
      .established('mapping.keep-connections', aMessage(authMessages.connectionEstablished, this.tenantId, connection));
  }

  command(resource: string, records: ChangedRecord[], overrides: Partial<NormalizeRecordsData> = {}) {
    return aMessage(mappingMessages.normalizeRecords, this.tenantId, {
      connectionId: this.connectionId,
      provider: 'clio',
      resource,
      runId: null,
      cause: 'poll',
      records,
      ...overrides,
    });
  }

  async normalize(resource: string, ...records: ChangedRecord[]): Promise<void> {
    await this.deliver(this.command(resource, records));
  }

  /** Contacts as ghl-sync sends them. */
  async normalizeGhl(...records: ChangedRecord[]): Promise<void> {
    await this.deliver(this.ghlCommand(records));
  }

  ghlCommand(records: ChangedRecord[]) {
    return this.command('contacts', records, { provider: 'ghl', connectionId: this.ghlConnectionId });
  }

  async deliver(command: Message<NormalizeRecordsData>, queue = 'mapping.normalize-live'): Promise<void> {
    await this.harness.get(NormalizeRecords).execute(queue, command);
  }

  async finishWrite(data: Partial<DataOf<typeof syncMessages.writeFinished>> & { entityId: string }): Promise<void> {
    const event = aMessage(syncMessages.writeFinished, this.tenantId, {
      taskId: randomUUID(),
      provider: 'ghl',
      connectionId: this.ghlConnectionId,
      resource: 'contacts',
      entityType: 'contact',
      entityVersion: { epoch: 0, n: 1 },
      outcome: 'succeeded',
      recordId: 'ghl-1',
      reason: null,
      ...data,
    });
    await this.harness.get(KeepLinks).execute('mapping.keep-links', event);
  }

  /** Everything the outbox holds for this tenant, in the order in which it leaves. */
  async outbox(): Promise<Envelope[]> {
    const rows = await this.query<{ envelope: string }>(
      'select envelope from outbox_message where tenant_id = $1 order by id',
    );
    return rows.map((row) => JSON.parse(row.envelope) as Envelope);
  }

  async messages<C extends MessageContract>(contract: C): Promise<DataOf<C>[]> {
    return (await this.outbox()).filter(({ type }) => type === contract.type).map(({ data }) => data as DataOf<C>);
  }

  async entityEvents(): Promise<(EntityEventData & { verb: string; version: string })[]> {
    return (await this.outbox())
      .filter(({ type }) => type.startsWith('firmbridge.entity.'))
      .map(({ type, entityversion, data }) => ({
        ...(data as EntityEventData),
        verb: type.split('.').at(-2) ?? '',
        version: entityversion ?? '',
      }));
  }

  async applied(): Promise<DataOf<typeof mappingMessages.recordsApplied>> {
    const last = (await this.messages(mappingMessages.recordsApplied)).at(-1);
    if (last === undefined) throw new Error('no page was applied');
    return last;
  }

  /** Which entity a record is. */
  async entityOf(connectionId: string, recordId: string): Promise<string> {
    const [row] = await this.query<{ entity_id: string }>(
      'select entity_id from entity_link where tenant_id = $1 and connection_id = $2 and record_id = $3',
      [connectionId, recordId],
    );
    return row?.entity_id ?? 'none';
  }

  async ghlEntity(recordId: string): Promise<string> {
    return this.entityOf(this.ghlConnectionId, recordId);
  }

  async clioEntity(recordId: number): Promise<string> {
    return this.entityOf(this.connectionId, String(recordId));
  }

  query<Row>(sql: string, params: unknown[] = []): Promise<Row[]> {
    return this.harness.database.inTenant(this.tenantId, (tx) => tx.query<Row>(sql, [this.tenantId, ...params]));
  }
}
