import { AppError, type Run } from '@firmbridge/contracts';
import type { Tx } from '@firmbridge/database';
import type { Work } from '../work.js';
import { finishWhatIsDone } from './finish.js';
import { forgetPages } from './page-guard.js';
import { findRuns, publishProgress } from './run-views.js';

/**
 * Lets a run rest: no page of it is claimed until it is resumed, however often the service is restarted meanwhile. A page that
 * is being read is finished, and what was read goes on being applied. Repeating it changes nothing.
 */
export async function pauseRun(work: Work, runId: string): Promise<Run> {
  const state = await lockUnfinished(work.tx, runId, 'paused');
  if (state === 'running') await changeState(work, runId, `state = 'paused'`);
  return theRun(work.tx, runId);
}

/** Lets a paused run go on where it was; its pace is judged anew. Repeating it changes nothing. */
export async function resumeRun(work: Work, runId: string): Promise<Run> {
  const state = await lockUnfinished(work.tx, runId, 'resumed');
  if (state === 'paused') {
    await changeState(
      work,
      runId,
      `state = 'running', paced_from = clock_timestamp(),
       paced_pages = (select sum(rr.pages) from run_resource rr
         where rr.tenant_id = (select this_tenant()) and rr.run_id = run.run_id)`,
    );
  }
  return theRun(work.tx, runId);
}

/**
 * Ends a run, or one resource of it, for good. Pages that were applied stay, no watermark moves for what was not complete, and a
 * page that is being read is lost to its worker. Cancelling what is cancelled changes nothing.
 */
export async function cancelRun(work: Work, runId: string, resource: string | null = null): Promise<Run> {
  const { tx } = work;
  const run = await theRun(tx, runId);
  if (resource === null ? run.state === 'cancelled' : isCancelled(run, resource)) return run;
  // Pages lock their resource before the run: so does this.
  const cancelled = await tx.query(
    `update run_resource set state = 'cancelled', reason = 'Cancelled by a person.', finished_at = clock_timestamp()
     where tenant_id = (select this_tenant()) and run_id = $1 and ($2::text is null or resource = $2)
       and state in ('waiting', 'fetching', 'applying') returning resource`,
    [runId, resource],
  );
  await lockUnfinished(tx, runId, 'cancelled');
  await holdBack(tx, runId);
  if (resource !== null && cancelled.length === 0) throw resourceIsOver(resource);
  await forgetPages(tx, runId, resource);
  if (resource === null) await changeState(work, runId, `state = 'cancelled', finished_at = clock_timestamp()`);
  else await finishWhatIsDone(work, runId);
  return theRun(tx, runId);
}

/** What was never read whole is not begun again by the schedule behind a person's back. */
async function holdBack(tx: Tx, runId: string): Promise<void> {
  await tx.query(
    `insert into resource_poll (tenant_id, connection_id, resource, pages, is_held, next_due_at)
     select rr.tenant_id, rr.connection_id, rr.resource, 1, true, clock_timestamp()
     from run_resource rr
     join run on run.tenant_id = rr.tenant_id and run.run_id = rr.run_id and run.mode not in ('renormalize', 'sweep')
     where rr.tenant_id = (select this_tenant()) and rr.run_id = $1 and rr.state = 'cancelled'
       and not exists (select 1 from watermark w
       where w.tenant_id = rr.tenant_id and w.connection_id = rr.connection_id and w.resource = rr.resource)
     on conflict (tenant_id, connection_id, resource) do update set is_held = true`,
    [runId],
  );
}

function isCancelled(run: Run, resource: string): boolean {
  const progress = run.resources.find((candidate) => candidate.resource === resource);
  if (progress) return progress.state === 'cancelled';
  throw new AppError('not_found', 'run.resource_unknown', `The run has no resource ${resource}.`, {
    details: { resources: run.resources.map((known) => known.resource) },
  });
}

async function lockUnfinished(tx: Tx, runId: string, wanted: string): Promise<'running' | 'paused'> {
  const [row] = await tx.query<{ state: 'running' | 'paused'; finished_at: string | null }>(
    'select state, finished_at from run where tenant_id = (select this_tenant()) and run_id = $1 for update',
    [runId],
  );
  if (!row) throw runUnknown();
  if (row.finished_at === null) return row.state;
  throw new AppError('conflict', 'run.finished', `The run is over (${row.state}), so it cannot be ${wanted}.`, {
    details: { state: row.state },
  });
}

async function changeState(work: Work, runId: string, assignments: string): Promise<void> {
  await work.tx.query(`update run set ${assignments} where tenant_id = (select this_tenant()) and run_id = $1`, [
    runId,
  ]);
  await publishProgress(work, runId);
}

async function theRun(tx: Tx, runId: string): Promise<Run> {
  const [run] = await findRuns(tx, { runId, limit: 1 });
  if (run) return run;
  throw runUnknown();
}

function runUnknown(): AppError {
  return new AppError('not_found', 'run.unknown', 'There is no such run, or it has not begun yet.');
}

function resourceIsOver(resource: string): AppError {
  return new AppError('conflict', 'run.finished', `${resource} is over in this run, so it cannot be cancelled.`, {
    details: { resource },
  });
}
