import { randomUUID } from 'node:crypto';
import type { RunMode } from '@firmbridge/contracts';
import { sweepRuns } from '@firmbridge/sync-engine';
import { EngineHarness } from './engine-harness.js';

let engine: EngineHarness;
beforeAll(async () => {
  engine = await EngineHarness.start();
});
afterAll(() => engine?.stop());

/** A run that began so many days ago and ended the same day, or has not ended. */
async function aRunOf(
  connectionId: string,
  daysAgo: number,
  { mode = 'incremental', resources = ['users'], isOver = true }: RunFacts = {},
): Promise<string> {
  const runId = randomUUID();
  await engine.query(
    `insert into run (tenant_id, run_id, connection_id, mode, state, correlation_id, actor, budget, started_at, paced_from,
       paced_pages, finished_at, lane_rank)
     select $1, $2, $3, $4, $5, $2, 'system:clio-sync', '[]', at, at, 0, case when $7 then at end, 0
     from (select clock_timestamp() - make_interval(days => $6) as at) began`,
    [engine.tenantId, runId, connectionId, mode, isOver ? 'completed' : 'running', daysAgo, isOver],
  );
  await engine.query(
    `insert into run_resource (tenant_id, run_id, resource, connection_id, position, lane, lane_rank, state, pages, calls, records,
       changed, sent_commands, applied_commands, applied, events, rejected, page_size, attempts, next_attempt_at, lease_token,
       lease_until, served_at)
     select $1, $2, resource, $3, 1, 'incremental', 0, 'completed', 1, 1, 0, 0, 0, 0, 0, 0, 0, 200, 0, now(), 0, now(), now()
     from unnest($4::text[]) as resource`,
    [engine.tenantId, runId, connectionId, resources],
  );
  return runId;
}

interface RunFacts {
  readonly mode?: RunMode;
  readonly resources?: readonly string[];
  readonly isOver?: boolean;
}

async function kept(connectionId: string): Promise<string[]> {
  const runs = await engine.query<{ run_id: string }>(
    `select run_id from run where connection_id = $1 and exists (select 1 from run_resource rr where rr.run_id = run.run_id)`,
    [connectionId],
  );
  return runs.map(({ run_id: runId }) => runId).sort();
}

describe('runs that are over', () => {
  it('are forgotten with their resources after 30 days, the later ones stay', async () => {
    const connectionId = await engine.aConnection();
    const old = await aRunOf(connectionId, 31);
    const recent = [await aRunOf(connectionId, 29), await aRunOf(connectionId, 1)];
    await sweepRuns(engine.database);
    expect(await kept(connectionId)).toEqual(recent.sort());
    expect(await engine.query('select 1 from run_resource where run_id = $1', [old])).toEqual([]);
  });

  it('stay while they are the newest of their mode with a resource: schedules go by them', async () => {
    const connectionId = await engine.aConnection();
    const initial = await aRunOf(connectionId, 90, { mode: 'initial' });
    const sweep = await aRunOf(connectionId, 60, { mode: 'sweep', resources: ['users', 'contacts'] });
    const sweepOfUsers = await aRunOf(connectionId, 40, { mode: 'sweep' });
    await aRunOf(connectionId, 50);
    const poll = await aRunOf(connectionId, 2);
    await sweepRuns(engine.database);
    expect(await kept(connectionId)).toEqual([initial, sweep, sweepOfUsers, poll].sort());
  });

  it('are not those that have not ended, and a newer one that runs is no reason to forget', async () => {
    const connectionId = await engine.aConnection();
    const ended = await aRunOf(connectionId, 45);
    const running = await aRunOf(connectionId, 40, { isOver: false });
    await sweepRuns(engine.database);
    expect(await kept(connectionId)).toEqual([ended, running].sort());
  });

  it('go in batches, however many there are', async () => {
    const connectionId = await engine.aConnection();
    await aRunOf(connectionId, 1);
    await engine.query(
      `insert into run (tenant_id, run_id, connection_id, mode, state, correlation_id, actor, budget, started_at, paced_from,
         paced_pages, finished_at, lane_rank)
       select $1, gen_random_uuid(), $2, 'incremental', 'completed', $2, 'system:clio-sync', '[]', at, at, 0, at, 0
       from generate_series(1, 1200) n, lateral (select clock_timestamp() - make_interval(days => 31, secs => n) as at) began`,
      [engine.tenantId, connectionId],
    );
    await sweepRuns(engine.database);
    expect(await engine.query('select 1 from run where connection_id = $1', [connectionId])).toHaveLength(1);
  });
});
