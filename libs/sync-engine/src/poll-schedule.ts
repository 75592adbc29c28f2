import { randomUUID } from 'node:crypto';
import { systemActor } from '@firmbridge/contracts';
import type { Database } from '@firmbridge/database';
import type { ProviderAdapter } from './adapter.js';
import { startRun } from './runs/start-run.js';

export interface PollScheduleOptions {
  readonly database: Database;
  readonly adapter: ProviderAdapter;
  /** The wanted time between two incremental runs of a connection. */
  readonly intervalSeconds: number;
  /** Calls per minute that the budget allows; null when nothing limits it. */
  readonly callsPerMinute: number | null;
}

/** Polling may spend this share of a budget. */
const pollingShare = 0.3;

/** The time between two runs such that polling, one call per resource at least, stays within its share of the budget. */
export function affordableIntervalSeconds(wanted: number, resources: number, callsPerMinute: number | null): number {
  if (callsPerMinute === null) return wanted;
  return Math.max(wanted, Math.ceil((resources / (callsPerMinute * pollingShare)) * 60));
}

interface DueRow {
  readonly tenant_id: string;
  readonly connection_id: string;
}

/** Starts an incremental run of every connection whose last run ended long enough ago. The run itself guards against doubles. */
export async function startDueRuns(options: PollScheduleOptions): Promise<number> {
  const { database, adapter } = options;
  const interval = affordableIntervalSeconds(options.intervalSeconds, adapter.resources.length, options.callsPerMinute);
  const due = await database.acrossTenants((tx) =>
    tx.query<DueRow>(
      `select c.tenant_id, c.connection_id from connection c
       join lateral (select finished_at from run where run.tenant_id = c.tenant_id and run.connection_id = c.connection_id
         order by started_at desc limit 1) last on true
       where c.status = 'active' and last.finished_at is not null and last.finished_at < clock_timestamp() - make_interval(secs => $1)
       order by last.finished_at limit 100`,
      [interval],
    ),
  );
  for (const { tenant_id: tenantId, connection_id: connectionId } of due) {
    const request = { runId: randomUUID(), connectionId, mode: 'incremental' as const, resources: [] };
    const cause = { tenantId, correlationId: request.runId, actor: systemActor(adapter.service) };
    await database.inTenant(tenantId, (tx) => startRun(tx, adapter, request, cause));
  }
  return due.length;
}
