import { randomUUID } from 'node:crypto';
import {
  mappingMessages,
  systemActor,
  newOrigin,
  type DataOf,
  type Envelope,
  type Message,
  type MessageContract,
  type Run,
  type RunMode,
} from '@firmbridge/contracts';
import type { Database, ServiceSchema } from '@firmbridge/database';
import { Inbox, messagingEntities, messagingMigrations, Outbox } from '@firmbridge/messaging';
import { rateLimitEntities, rateLimitMigrations } from '@firmbridge/rate-limit';
import { Stages } from '@firmbridge/service';
import {
  ConnectionKeeper,
  findRuns,
  noteApplied,
  RunWorker,
  startRun,
  syncEngineEntities,
  syncEngineMigrations,
  webhookEntities,
  webhookMigrations,
  type EngineConnection,
  type Page,
  type ProviderAdapter,
  type Records,
  type RecordsRequest,
} from '@firmbridge/sync-engine';
import { createTestDatabase, type TestDatabase } from '@firmbridge/testing';
import pg from 'pg';
import { Registry } from 'prom-client';

const schema: ServiceSchema = {
  service: 'clio-sync',
  entities: [...messagingEntities, ...syncEngineEntities, ...webhookEntities, ...rateLimitEntities],
  migrations: [...messagingMigrations, ...syncEngineMigrations, ...webhookMigrations, ...rateLimitMigrations],
};

const noLog = { warn: () => undefined, error: () => undefined };

export interface StoredRecord {
  readonly recordId: string;
  readonly revision?: number;
  readonly deleted?: boolean;
}

/** A provider with the resources `users` and `contacts`, each of one empty page, given out when the test says so. */
export class OnePage implements ProviderAdapter {
  readonly provider = 'clio';
  readonly service = 'clio-sync';
  readonly resources = [
    { name: 'users', incremental: true, pageSize: 200, pollEvery: 1 },
    { name: 'contacts', incremental: true, pageSize: 200, pollEvery: 1 },
  ];
  readonly budget = [];
  reads = 0;
  answer!: () => void;
  private readonly gate = new Promise<void>((resolve) => {
    this.answer = resolve;
  });

  async readPage(): Promise<Page> {
    this.reads += 1;
    await this.gate;
    return { records: [], nextCursor: null, expected: 0 };
  }

  readRecords({ ids }: RecordsRequest): Promise<Records> {
    return Promise.resolve({ found: [], missing: ids });
  }
}

/** The engine on a database of its own, for one tenant. */
export class EngineHarness {
  readonly tenantId = randomUUID();
  private readonly workers: RunWorker[] = [];

  private constructor(
    private readonly testDatabase: TestDatabase,
    readonly database: Database,
  ) {}

  static async start(): Promise<EngineHarness> {
    const testDatabase = await createTestDatabase({ services: [schema] });
    return new EngineHarness(testDatabase, await testDatabase.connect(schema));
  }

  async stopWorkers(): Promise<void> {
    await Promise.all(this.workers.splice(0).map((worker) => worker.stop()));
  }

  async stop(): Promise<void> {
    await this.stopWorkers();
    await this.testDatabase.drop();
  }

  /** From now on nothing but the words of each statement keeps tenants apart. */
  async switchRowSecurityOff(): Promise<void> {
    const admin = new pg.Client({ connectionString: this.testDatabase.url });
    await admin.connect();
    const shut =
      "select oid::regclass as name from pg_class where relrowsecurity and relnamespace = 'clio_sync'::regnamespace";
    const { rows } = await admin.query<{ name: string }>(shut);
    for (const { name } of rows) await admin.query(`alter table ${name} disable row level security`);
    await admin.end();
  }

  async aConnection(status: EngineConnection['status'] = 'active'): Promise<string> {
    const connectionId = randomUUID();
    await this.query(
      `insert into connection (tenant_id, connection_id, provider, region, account_id, account_name, api_origin, status, changed_at,
         catch_up_due)
       values ($1, $2, 'clio', 'us', '1', 'A firm', 'http://127.0.0.1', $3, now(), false)`,
      [this.tenantId, connectionId, status],
    );
    return connectionId;
  }

  async aRun(adapter: ProviderAdapter, request: { connectionId?: string; mode?: RunMode; resources?: string[] } = {}) {
    const { mode = 'initial', resources = ['users'] } = request;
    const connectionId = request.connectionId ?? (await this.aConnection());
    const runId = randomUUID();
    const cause = { tenantId: this.tenantId, correlationId: runId, actor: systemActor('clio-sync') };
    const outcome = await this.database.inTenant(this.tenantId, (tx) =>
      startRun(tx, adapter, { runId, connectionId, mode, resources }, cause),
    );
    return { runId, connectionId, outcome };
  }

  aWorker(
    adapter: ProviderAdapter,
    options: { leaseSeconds?: number; maxUnapplied?: number; maxAttempts?: number } = {},
  ): RunWorker {
    const worker = new RunWorker({
      database: this.database,
      outbox: new Outbox(this.database),
      adapter,
      stages: new Stages(new Registry()),
      clock: () => new Date(),
      random: Math.random,
      log: noLog,
      concurrency: 1,
      leaseSeconds: 1,
      readDeadlineMs: 60_000,
      maxUnapplied: 4,
      maxAttempts: 5,
      pollMs: 20,
      progressMs: 500,
      ...options,
    });
    this.workers.push(worker);
    worker.start();
    return worker;
  }

  aKeeper(options: { stopMs?: number; onEstablished?: () => Promise<void> } = {}): ConnectionKeeper {
    return new ConnectionKeeper({
      provider: 'clio',
      service: 'clio-sync',
      database: this.database,
      inbox: new Inbox(this.database),
      outbox: new Outbox(this.database),
      tokens: { drop: () => undefined },
      clock: () => new Date(),
      log: { info: () => undefined },
      wake: () => undefined,
      ...options,
    });
  }

  aMessage<C extends MessageContract>(contract: C, data: DataOf<C>): Message<DataOf<C>> {
    const origin = newOrigin({ service: 'auth', tenantId: this.tenantId, now: new Date() });
    const { id, time, tenantId, correlationId, actor } = origin;
    const none = { subject: undefined, causationId: undefined, traceparent: undefined, entityVersion: undefined };
    return { ...none, id, type: contract.type, source: 'firmbridge/auth', time, tenantId, correlationId, actor, data };
  }

  /** What waits for the relay, of one contract, in its order. */
  async outgoing<C extends MessageContract>(contract: C): Promise<DataOf<C>[]> {
    const rows = await this.query<{ envelope: string }>(
      'select envelope from outbox_message where type = $1 order by id',
      [contract.type],
    );
    return rows.map(({ envelope }) => (JSON.parse(envelope) as Envelope).data as DataOf<C>);
  }

  async run(runId: string): Promise<Run | null> {
    const runs = await this.database.inTenant(this.tenantId, (tx) => findRuns(tx, { runId, limit: 1 }));
    return runs[0] ?? null;
  }

  async store(connectionId: string, resource: string, records: readonly StoredRecord[]): Promise<void> {
    const rows = records.map(({ recordId, revision = 1, deleted = false }) => ({ recordId, revision, deleted }));
    await this.query(
      `insert into record (tenant_id, connection_id, resource, record_id, revision, content_hash, observed_at, deleted_at, body)
       select $1, $2, $3, r."recordId", r.revision, 'x', now(), case when r.deleted then now() end,
         jsonb_build_object('id', r."recordId")
       from jsonb_to_recordset($4::jsonb) as r("recordId" text, revision bigint, deleted boolean)`,
      [this.tenantId, connectionId, resource, JSON.stringify(rows)],
    );
  }

  /** The commands to mapping that wait for the relay, in their order. */
  async commands(runId: string) {
    const rows = await this.query<{ routing_key: string; envelope: string }>(
      'select routing_key, envelope from outbox_message where type = $1 order by id',
      [mappingMessages.normalizeRecords.type],
    );
    return rows
      .map(({ routing_key: routingKey, envelope }) => {
        const { id, data } = JSON.parse(envelope) as Envelope;
        return { commandId: id, routingKey, ...(data as DataOf<typeof mappingMessages.normalizeRecords>) };
      })
      .filter((command) => command.runId === runId);
  }

  /** As mapping answers when nothing came of the records. */
  async apply({ commandId, connectionId, provider, resource, runId, records }: Command): Promise<void> {
    const none = { created: 0, updated: 0, deleted: 0, stale: 0, rejected: 0 };
    const counts = { ...none, received: records.length, unchanged: records.length };
    const applied = { connectionId, provider, resource, runId, commandId, ...counts };
    await this.database.inTenant(this.tenantId, (tx) =>
      noteApplied({ tx, outbox: new Outbox(this.database), service: 'clio-sync', now: new Date() }, applied),
    );
  }

  query<Row>(sql: string, params: unknown[] = []): Promise<Row[]> {
    return this.database.inTenant(this.tenantId, (tx) => tx.query<Row>(sql, params));
  }
}

type Command = Awaited<ReturnType<EngineHarness['commands']>>[number];
