import {
  newMessage,
  newOrigin,
  syncMessages,
  type Provider,
  type ResourceProgress,
  type Run,
} from '@firmbridge/contracts';
import type { Tx } from '@firmbridge/database';
import type { BudgetWindow } from '@firmbridge/rate-limit';
import type { Work } from '../work.js';
import { percentOfResource, percentOfRun, secondsLeft, sumOfPagesLeft, type ResourceCounts } from './pace.js';

interface RunRow {
  readonly tenant_id: string;
  readonly run_id: string;
  readonly connection_id: string;
  readonly provider: Provider;
  readonly mode: Run['mode'];
  readonly state: Run['state'];
  readonly connection_status: string;
  readonly correlation_id: string;
  readonly started_at: string;
  readonly finished_at: string | null;
  readonly budget: readonly BudgetWindow[];
  readonly seconds_spent: number;
  readonly paced_pages: number;
  readonly resources: ResourceRow[] | null;
}

type ResourceRow = Omit<ResourceProgress, 'percent'> & ResourceCounts;

const utc = (column: string) => `to_char(${column} at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;

const select = `select run.tenant_id, run.run_id, run.connection_id, c.provider, run.mode, run.state, c.status as connection_status,
    run.correlation_id, run.started_at, run.finished_at, run.budget, run.paced_pages,
    extract(epoch from clock_timestamp() - run.paced_from)::float8 as seconds_spent,
    (select jsonb_agg(jsonb_build_object('resource', rr.resource, 'state', rr.state, 'pages', rr.pages, 'calls', rr.calls,
       'records', rr.records, 'changed', rr.changed, 'applied', rr.applied, 'events', rr.events, 'rejected', rr.rejected,
       'expected', rr.expected, 'pageSize', rr.page_size, 'startedAt', ${utc('rr.started_at')}, 'finishedAt', ${utc('rr.finished_at')}, 'reason', rr.reason)
       order by rr.position)
     from run_resource rr where rr.tenant_id = run.tenant_id and rr.run_id = run.run_id) as resources
  from run join connection c on c.tenant_id = run.tenant_id and c.connection_id = run.connection_id`;

function toRun(row: RunRow): Run {
  const parked = row.finished_at === null && row.connection_status !== 'active' && row.mode !== 'renormalize';
  const resources = row.resources ?? [];
  const state = parked ? 'parked' : row.state;
  return {
    runId: row.run_id,
    connectionId: row.connection_id,
    provider: row.provider,
    mode: row.mode,
    state,
    startedAt: new Date(row.started_at).toISOString(),
    finishedAt: row.finished_at === null ? null : new Date(row.finished_at).toISOString(),
    percent: percentOfRun(resources),
    calls: resources.reduce((sum, { calls }) => sum + calls, 0),
    secondsLeft: state === 'running' ? timeLeft(row, resources) : null,
    resources: resources.map(({ pageSize, ...progress }) => ({
      ...progress,
      percent: percentOfResource({ ...progress, pageSize }),
    })),
  };
}

function timeLeft(row: RunRow, resources: readonly ResourceRow[]): number | null {
  const read = resources.reduce((sum, { pages }) => sum + pages, 0);
  return secondsLeft({
    pagesLeft: sumOfPagesLeft(resources),
    pagesRead: read - row.paced_pages,
    secondsSpent: row.seconds_spent,
    windows: row.budget,
  });
}

/** One run, or the newest ones of the tenant. */
export async function findRuns(tx: Tx, question: { runId: string | null; limit: number }): Promise<Run[]> {
  const rows = await tx.query<RunRow>(
    `${select} where run.tenant_id = (select this_tenant())
       and ($1::uuid is null or run.run_id = $1) order by run.started_at desc limit $2`,
    [question.runId, question.limit],
  );
  return rows.map(toRun);
}

/** Tells the world where a run stands: the whole of it, so that one lost event costs nothing. */
export async function publishProgress({ tx, outbox, service, now }: Work, runId: string): Promise<void> {
  const [row] = await tx.query<RunRow>(`${select} where run.tenant_id = (select this_tenant()) and run.run_id = $1`, [
    runId,
  ]);
  if (!row) return;
  const origin = newOrigin({ service, tenantId: row.tenant_id, now, correlationId: row.correlation_id });
  await outbox.add(tx, [
    newMessage(syncMessages.runProgressed, toRun(row), origin, {
      orderingKey: `run/${runId}`,
      subject: `run/${runId}`,
    }),
  ]);
}
