import type { Tx } from '@firmbridge/database';
import { forgetPages } from './runs/page-guard.js';
import { publishProgress } from './runs/run-views.js';
import type { Work } from './work.js';

export interface StoppedWork {
  readonly runs: number;
  readonly writes: number;
}

const reason = 'Cancelled: the connection was disconnected.';

/**
 * Ends the work of a connection for good: its unfinished runs fail with the reason, writes that were not begun are cancelled. A
 * page being read is lost to its worker, which notices with its next renewal; a write being carried out may still end.
 */
export async function stopWork(work: Work, connectionId: string): Promise<StoppedWork> {
  const { tx } = work;
  const writes = await tx.query(
    `update write_task set state = 'cancelled', reason = $2, finished_at = clock_timestamp()
     where tenant_id = (select this_tenant()) and connection_id = $1 and finished_at is null
       and (state = 'pending' or lease_until <= clock_timestamp())
     returning task_id`,
    [connectionId, reason],
  );
  const runs = await tx.query<{ run_id: string }>(
    `update run set state = 'failed', finished_at = clock_timestamp()
     where tenant_id = (select this_tenant()) and connection_id = $1 and finished_at is null returning run_id`,
    [connectionId],
  );
  const runIds = runs.map(({ run_id: runId }) => runId);
  await tx.query(
    `update run_resource set state = 'failed', reason = $2, finished_at = clock_timestamp()
     where tenant_id = (select this_tenant()) and run_id = any ($1) and state not in ('completed', 'failed', 'cancelled')`,
    [runIds, reason],
  );
  for (const runId of runIds) {
    await forgetPages(tx, runId);
    await publishProgress(work, runId);
  }
  return { runs: runs.length, writes: writes.length };
}

/** Whether somebody may still be calling the provider for the connection. */
export async function isBusy(tx: Tx, connectionId: string): Promise<boolean> {
  const rows = await tx.query(
    `select 1 from run_resource where tenant_id = (select this_tenant()) and connection_id = $1 and lease_until > clock_timestamp()
     union all
     select 1 from write_task where tenant_id = (select this_tenant()) and connection_id = $1 and finished_at is null
     limit 1`,
    [connectionId],
  );
  return rows.length > 0;
}
