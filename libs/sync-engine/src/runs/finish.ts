import type { Work } from '../work.js';
import { forgetPages } from './page-guard.js';
import { publishProgress } from './run-views.js';

/**
 * Completes every resource of the run whose pages are all fetched and applied, and ends the run when no resource is left. The
 * watermark of what the run read at the provider moves to the instant at which the run started, and it counts as allowed again. Harmless to repeat. The run's
 * row is locked first: of two that complete the last two resources at once, the second sees what the first did.
 */
export async function finishWhatIsDone(work: Work, runId: string): Promise<void> {
  const { tx } = work;
  await tx.query(`select 1 from run where tenant_id = (select this_tenant()) and run_id = $1 for update`, [runId]);
  const completed = await tx.query(
    `with done as (
       update run_resource set state = 'completed', finished_at = clock_timestamp()
       where tenant_id = (select this_tenant()) and run_id = $1 and state = 'applying' and applied_commands >= sent_commands
       returning tenant_id, run_id, connection_id, resource, pages
     ), moved as (
       insert into watermark as known (tenant_id, connection_id, resource, complete_until)
       select done.tenant_id, done.connection_id, done.resource, run.started_at
       from done join run on run.tenant_id = done.tenant_id and run.run_id = done.run_id and run.mode not in ('renormalize', 'sweep')
       on conflict (tenant_id, connection_id, resource) do update set complete_until = greatest(known.complete_until, excluded.complete_until)
     ), paced as (
       insert into resource_poll as known (tenant_id, connection_id, resource, pages, is_held, next_due_at)
       select done.tenant_id, done.connection_id, done.resource, done.pages, false, clock_timestamp()
       from done join run on run.tenant_id = done.tenant_id and run.run_id = done.run_id and run.mode not in ('renormalize', 'sweep')
       on conflict (tenant_id, connection_id, resource) do update set pages = excluded.pages, is_held = false
     ), allowed as (
       delete from forbidden_resource f using done join run on run.tenant_id = done.tenant_id and run.run_id = done.run_id
       where f.tenant_id = done.tenant_id and f.connection_id = done.connection_id and f.resource = done.resource
         and run.mode <> 'renormalize'
     )
     select resource from done`,
    [runId],
  );
  const ended = await tx.query(
    `update run set finished_at = clock_timestamp(),
       state = (select case when bool_or(rr.state = 'failed') then 'failed' when bool_and(rr.state = 'cancelled') then 'cancelled' else 'completed' end
         from run_resource rr where rr.tenant_id = run.tenant_id and rr.run_id = run.run_id)
     where tenant_id = (select this_tenant()) and run_id = $1 and finished_at is null
       and not exists (select 1 from run_resource rr where rr.tenant_id = run.tenant_id and rr.run_id = run.run_id and rr.state not in ('completed', 'failed', 'cancelled'))
     returning run_id`,
    [runId],
  );
  if (ended.length > 0) await forgetPages(tx, runId);
  if (completed.length > 0 || ended.length > 0) await publishProgress(work, runId);
}
