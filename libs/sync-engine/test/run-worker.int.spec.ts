import { randomUUID } from 'node:crypto';
import { systemActor } from '@firmbridge/contracts';
import type { Database, ServiceSchema } from '@firmbridge/database';
import { messagingEntities, messagingMigrations, Outbox } from '@firmbridge/messaging';
import { Stages } from '@firmbridge/service';
import {
  findRuns,
  RunWorker,
  startRun,
  syncEngineEntities,
  syncEngineMigrations,
  type Page,
  type ProviderAdapter,
} from '@firmbridge/sync-engine';
import { createTestDatabase, eventually, type TestDatabase } from '@firmbridge/testing';
import { Registry } from 'prom-client';
import { claimPage } from '../src/runs/claim.js';

const schema: ServiceSchema = {
  service: 'clio-sync',
  entities: [...messagingEntities, ...syncEngineEntities],
  migrations: [...messagingMigrations, ...syncEngineMigrations],
};
const leaseSeconds = 1;
const tenantId = randomUUID();
const noLog = { warn: () => undefined, error: () => undefined };

/** A provider with one resource of one empty page, given out when the test says so. */
class OnePage implements ProviderAdapter {
  readonly provider = 'clio';
  readonly service = 'clio-sync';
  readonly resources = [{ name: 'users', incremental: true }];
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
}

let testDatabase: TestDatabase;
let database: Database;
const workers: RunWorker[] = [];

beforeAll(async () => {
  testDatabase = await createTestDatabase({ services: [schema] });
  database = await testDatabase.connect(schema);
});
afterEach(() => Promise.all(workers.splice(0).map((worker) => worker.stop())));
afterAll(() => testDatabase?.drop());

async function aRun(adapter: ProviderAdapter): Promise<string> {
  const [connectionId, runId] = [randomUUID(), randomUUID()];
  await database.inTenant(tenantId, async (tx) => {
    await tx.query(
      `insert into connection (tenant_id, connection_id, provider, region, account_id, account_name, api_origin, status, changed_at)
       values ($1, $2, 'clio', 'us', '1', 'A firm', 'http://127.0.0.1', 'active', now())`,
      [tenantId, connectionId],
    );
    const cause = { tenantId, correlationId: runId, actor: systemActor('clio-sync') };
    await startRun(tx, adapter, { runId, connectionId, mode: 'initial', resources: [] }, cause);
  });
  return runId;
}

function aWorker(adapter: ProviderAdapter): void {
  const worker = new RunWorker({
    database,
    outbox: new Outbox(database),
    adapter,
    stages: new Stages(new Registry()),
    clock: () => new Date(),
    random: Math.random,
    log: noLog,
    concurrency: 1,
    leaseSeconds,
    readDeadlineMs: 60_000,
    maxUnapplied: 4,
    maxAttempts: 5,
    pollMs: 20,
    progressMs: 500,
  });
  workers.push(worker);
  worker.start();
}

const run = (runId: string) =>
  database.inTenant(tenantId, async (tx) => (await findRuns(tx, { runId, limit: 1 }))[0] ?? null);

async function secondsUntilNow(runId: string): Promise<number> {
  const [row] = await database.inTenant(tenantId, (tx) =>
    tx.query<{ age: number }>(
      `select extract(epoch from clock_timestamp() - started_at)::float8 as age from run_resource where run_id = $1`,
      [runId],
    ),
  );
  return row?.age ?? 0;
}

describe('a page of a run', () => {
  it('stays with a worker that reads for longer than its lease', async () => {
    const adapter = new OnePage();
    const runId = await aRun(adapter);
    aWorker(adapter);
    aWorker(adapter);
    await eventually(async () => (await secondsUntilNow(runId)) > leaseSeconds * 2);
    adapter.answer();
    const finished = await eventually(async () => {
      const now = await run(runId);
      return now?.finishedAt ? now : null;
    });
    expect(adapter.reads).toBe(1);
    expect(finished.resources[0]).toMatchObject({ state: 'completed', pages: 1 });
  });

  it('is read by another worker one lease after its own has died', async () => {
    const adapter = new OnePage();
    adapter.answer();
    const runId = await aRun(adapter);
    expect(await claimPage(database, { leaseSeconds, maxUnapplied: 4 })).toMatchObject({ runId });
    aWorker(adapter);
    await eventually(async () => (await run(runId))?.state === 'completed');
    expect(await secondsUntilNow(runId)).toBeGreaterThanOrEqual(leaseSeconds);
    expect(adapter.reads).toBe(1);
  });
});
