import { randomUUID } from 'node:crypto';
import { systemActor } from '@firmbridge/contracts';
import type { Database } from '@firmbridge/database';
import type { ProviderAdapter } from '../adapter.js';
import { startRun } from '../runs/start-run.js';

export interface SweepScheduleOptions {
  readonly database: Database;
  readonly adapter: ProviderAdapter;
  /** The wanted time between two sweeps of a resource. */
  readonly intervalSeconds: number;
  /** Calls per minute that the budget allows; null when nothing limits it. */
  readonly callsPerMinute: number | null;
}

/** Sweeps may spend this share of a budget, in the last lane. */
const sweepShare = 0.05;

/** Every so often, or as rarely as one pass over a resource of so many pages costs of the share. */
export function affordableSweepSeconds(wanted: number, pages: number, callsPerMinute: number | null): number {
  if (callsPerMinute === null) return wanted;
  return Math.max(wanted, Math.ceil((pages / (callsPerMinute * sweepShare)) * 60));
}

interface DueRow {
  readonly tenantId: string;
  readonly connectionId: string;
  readonly resources: readonly string[];
}

/**
 * Starts a sweep of the resources of each connection that were read in whole and not swept for long enough. Connections are
 * spread over a quarter of the interval by their id, and a resource that failed waits as long as one that went well.
 */
export async function startDueSweeps(options: SweepScheduleOptions): Promise<number> {
  const { database, adapter, intervalSeconds, callsPerMinute } = options;
  const swept = adapter.resources.filter(({ sweep }) => sweep !== undefined).map(({ name }) => name);
  if (swept.length === 0) return 0;
  const perPage = affordableSweepSeconds(0, 1, callsPerMinute);
  const due = await database.acrossTenants((tx) =>
    tx.query<DueRow>(
      `select c.tenant_id as "tenantId", c.connection_id as "connectionId", array_agg(w.resource order by w.resource) as resources
       from connection c
       join watermark w on w.tenant_id = c.tenant_id and w.connection_id = c.connection_id and w.resource = any ($1)
       left join lateral (select run.started_at, greatest(rr.pages, rr.calls) as pages from run
         join run_resource rr on rr.tenant_id = run.tenant_id and rr.run_id = run.run_id and rr.resource = w.resource
         where run.tenant_id = c.tenant_id and run.connection_id = c.connection_id and run.mode = 'sweep'
         order by run.started_at desc limit 1) last on true
       where c.status = 'active'
         and not exists (select 1 from run where run.tenant_id = c.tenant_id and run.connection_id = c.connection_id
           and run.finished_at is null and run.mode in ('sweep', 'initial'))
         and coalesce(last.started_at, (select min(run.started_at) from run where run.tenant_id = c.tenant_id
             and run.connection_id = c.connection_id))
           < clock_timestamp() - make_interval(secs => greatest($2::float8, coalesce(last.pages, 0) * $3::float8)
             * (1 + abs(hashtext(c.connection_id::text)::bigint) % 1000 / 4000.0))
       group by c.tenant_id, c.connection_id limit 20`,
      [swept, intervalSeconds, perPage],
    ),
  );
  for (const { tenantId, connectionId, resources } of due) {
    const request = { runId: randomUUID(), connectionId, mode: 'sweep' as const, resources };
    const cause = { tenantId, correlationId: request.runId, actor: systemActor(adapter.service) };
    await database.inTenant(tenantId, (tx) => startRun(tx, adapter, request, cause));
  }
  return due.length;
}
