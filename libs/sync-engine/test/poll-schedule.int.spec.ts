import { Outbox } from '@firmbridge/messaging';
import { cancelRun, findFreshness, startDueRuns } from '@firmbridge/sync-engine';
import { eventually } from '@firmbridge/testing';
import { EngineHarness } from './engine-harness.js';
import { Paged } from './paged-adapter.js';

const resources = [
  { name: 'allocations', incremental: true, pageSize: 2, pollEvery: 1 },
  { name: 'users', incremental: true, pageSize: 2, pollEvery: 10 },
  { name: 'payments', incremental: false, pageSize: 2, pollEvery: 2 },
];
const intervalSeconds = 100;

let engine: EngineHarness;
beforeEach(async () => {
  engine = await EngineHarness.start();
});
afterEach(() => engine?.stop());

const adapter = new Paged({ resources, pages: 3 });
const look = () => startDueRuns({ database: engine.database, adapter, intervalSeconds, random: () => 0 });

/** Applies what is sent until the run is over, and answers its resources. */
async function finish(runId: string): Promise<string[]> {
  const applied = new Set<string>();
  const run = await eventually(async () => {
    for (const command of await engine.commands(runId)) {
      if (!applied.has(command.commandId)) await engine.apply(command);
      applied.add(command.commandId);
    }
    const now = await engine.run(runId);
    return now?.finishedAt ? now : null;
  });
  return run.resources.map(({ resource }) => resource);
}

async function newestRun(connectionId: string): Promise<string> {
  const [row] = await engine.query<{ run_id: string }>(
    'select run_id from run where connection_id = $1 order by started_at desc limit 1',
    [connectionId],
  );
  return row?.run_id ?? '';
}

/** As if so many seconds had gone by. */
const pass = async (seconds: number) => {
  await engine.query(`update connection set next_poll_at = next_poll_at - make_interval(secs => $1)`, [seconds]);
  await engine.query(`update resource_poll set next_due_at = next_due_at - make_interval(secs => $1)`, [seconds]);
};

async function polledAfter(connectionId: string, seconds: number): Promise<string[]> {
  const before = await newestRun(connectionId);
  await pass(seconds);
  await look();
  const runId = await newestRun(connectionId);
  return runId === before ? [] : finish(runId);
}

async function aReadConnection(): Promise<string> {
  const { runId, connectionId } = await engine.aRun(adapter, { resources: [] });
  engine.aWorker(adapter, { maxUnapplied: 100 });
  await finish(runId);
  await look();
  return connectionId;
}

it('takes just the resources that are due, and large ones that are read whole more rarely', async () => {
  const connectionId = await aReadConnection();
  expect(await polledAfter(connectionId, 50)).toEqual([]);
  // Everything was read whole by the first run; from now on each goes by its own time.
  expect(await polledAfter(connectionId, 50)).toEqual(['allocations', 'users', 'payments']);
  expect(await polledAfter(connectionId, 100)).toEqual(['allocations']);
  // Three pages, so 100 s x 2 x 3.
  expect(await polledAfter(connectionId, 500)).toEqual(['allocations', 'payments']);
  expect(await polledAfter(connectionId, 400)).toEqual(['allocations', 'users']);
});

it('catches up by itself after any outage, once', async () => {
  const connectionId = await aReadConnection();
  expect(await polledAfter(connectionId, 7 * 86_400)).toEqual(['allocations', 'users', 'payments']);
  const asked = await engine.query<{ since: string | null }>(
    `select rr.since from run_resource rr join watermark w using (connection_id, resource)
     where rr.run_id = $1 and rr.resource = 'users'`,
    [await newestRun(connectionId)],
  );
  expect(asked[0]?.since).not.toBeNull();
  expect(await polledAfter(connectionId, 10)).toEqual([]);
});

it('shows how fresh each resource is, and which is not polled and why', async () => {
  const connectionId = await aReadConnection();
  const pushed = () => Promise.resolve(['allocations']);
  const freshness = () =>
    engine.database.inTenant(engine.tenantId, (tx) =>
      findFreshness(tx, { adapter, intervalSeconds, pushed }, connectionId),
    );
  await engine.query(
    `insert into forbidden_resource (tenant_id, connection_id, resource, reason, forbidden_at) values ($1, $2, 'users', 'Switch it on.', now())`,
    [engine.tenantId, connectionId],
  );
  const [allocations, users, payments] = await freshness();
  expect(allocations).toMatchObject({
    source: 'webhook',
    pollEverySeconds: 2_000,
    atWorstSeconds: 2_310,
    reason: null,
  });
  expect(Date.parse(allocations?.completeUntil ?? '')).toBeGreaterThan(Date.now() - 60_000);
  expect(users).toMatchObject({ nextDueAt: null, atWorstSeconds: null, reason: 'Switch it on.' });
  expect(payments).toMatchObject({ source: 'poll', pollEverySeconds: 600, atWorstSeconds: 770 });
});

it('begins no first sync again that a person cancelled, until one is started', async () => {
  const { runId, connectionId } = await engine.aRun(adapter, { resources: ['users', 'payments'] });
  const outbox = new Outbox(engine.database);
  await engine.database.inTenant(engine.tenantId, (tx) =>
    cancelRun({ tx, outbox, service: 'clio-sync', now: new Date() }, runId, 'users'),
  );
  engine.aWorker(adapter, { maxUnapplied: 100 });
  await finish(runId);
  await look();
  expect(await polledAfter(connectionId, 100)).toEqual(['allocations', 'payments']);
  const { runId: manual } = await engine.aRun(adapter, { connectionId, mode: 'manual', resources: ['users'] });
  await finish(manual);
  expect(await polledAfter(connectionId, 1_000)).toEqual(['allocations', 'users', 'payments']);
});
