import { randomUUID } from 'node:crypto';
import { Global, Module } from '@nestjs/common';
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
import { Inbox, Outbox } from '@firmbridge/messaging';
import { CLOCK, Stages } from '@firmbridge/service';
import { createTestDatabase, type TestDatabase } from '@firmbridge/testing';
import { MappingModule } from '../src/app.module.js';
import { KeepConnections } from '../src/application/keep-connections.js';
import { KeepLinks } from '../src/application/keep-links.js';
import { KeepPairings } from '../src/application/keep-pairings.js';
import { NormalizeRecords } from '../src/application/normalize-records.js';
import { mapping } from '../src/index.js';

type NormalizeRecordsData = DataOf<typeof mappingMessages.normalizeRecords>;

/** An entity event as it waits in the outbox. */
export interface EntityEventData {
  readonly entityType: string;
  readonly entityId: string;
  readonly state: Record<string, unknown>;
  readonly changes: { field: string; before: unknown; after: unknown }[];
  readonly cause: string;
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

/** The use cases of mapping on a database of their own, wired as in the service. */
export class MappingHarness {
  private constructor(
    private readonly testDatabase: TestDatabase,
    readonly database: Database,
    private readonly module: TestingModule,
  ) {}

  static async start(): Promise<MappingHarness> {
    if (mapping.schema === null) throw new Error('mapping keeps entities');
    const testDatabase = await createTestDatabase({ services: [mapping.schema] });
    const database = await testDatabase.connect(mapping.schema);
    const providers = [
      { provide: Database, useValue: database },
      { provide: Inbox, useValue: new Inbox(database) },
      { provide: Outbox, useValue: new Outbox(database) },
      { provide: CLOCK, useValue: () => new Date() },
      { provide: Stages, useValue: new Stages(new Registry()) },
    ];
    @Global()
    @Module({ providers, exports: providers.map(({ provide }) => provide) })
    class Infrastructure {}
    const module = await Test.createTestingModule({ imports: [Infrastructure, MappingModule] }).compile();
    return new MappingHarness(testDatabase, database, module);
  }

  async stop(): Promise<void> {
    await this.module.close();
    await this.testDatabase.drop();
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

  query<Row>(sql: string, params: unknown[] = []): Promise<Row[]> {
    return this.harness.database.inTenant(this.tenantId, (tx) => tx.query<Row>(sql, [this.tenantId, ...params]));
  }
}
