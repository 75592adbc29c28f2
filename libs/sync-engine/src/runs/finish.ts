import type { Work } from '../work.js';
import { publishProgress } from './run-views.js';

/**
 * Completes every resource of the run whose pages are all fetched and applied, moves its watermark to the instant at which the
 * run started, and ends the run when no resource is left. Harmless to repeat. The run's row is locked first: of two that
 * complete the last two resources at once, the second sees what the first did.
 */
export async function finishWhatIsDone(work: Work, runId: string): Promise<void> {
  const { tx } = work;
  await tx.query(`select 1 from run where run_id = $1 for update`, [runId]);
  const completed = await tx.query(
    `with done as (
       update run_resource set state = 'completed', finished_at = clock_timestamp()
       where run_id = $1 and state = 'applying' and applied_commands >= sent_commands
       returning tenant_id, run_id, connection_id, resource
     )
     insert into watermark as known (tenant_id, connection_id, resource, complete_until)
     select done.tenant_id, done.connection_id, done.resource, run.started_at
     from done join run on run.tenant_id = done.tenant_id and run.run_id = done.run_id
     on conflict (tenant_id, connection_id, resource) do update set complete_until = greatest(known.complete_until, excluded.complete_until)
     returning resource`,
    [runId],
  );
  const ended = await tx.query(
    `update run set finished_at = clock_timestamp(),
       state = case when exists (select 1 from run_resource rr where rr.tenant_id = run.tenant_id and rr.run_id = run.run_id and rr.state = 'failed')
         then 'failed' else 'completed' end
     where run_id = $1 and finished_at is null
       and not exists (select 1 from run_resource rr where rr.tenant_id = run.tenant_id and rr.run_id = run.run_id and rr.state not in ('completed', 'failed'))
     returning run_id`,
    [runId],
  );
  if (completed.length > 0 || ended.length > 0) await publishProgress(work, runId);
}
