import type { Database } from '@firmbridge/database';

const runsAtOnce = 500;

/**
 * Forgets runs that ended long ago, with their resources. The newest run of each mode and resource of a connection stays: the
 * schedules go by it.
 */
export async function sweepRuns(database: Database, keptDays = 30): Promise<void> {
  for (;;) {
    const gone = await database.acrossTenants((tx) =>
      tx.query(
        `with old as (
           select run.tenant_id, run.run_id from run
           where run.finished_at < clock_timestamp() - make_interval(days => $1)
             and not exists (select 1 from run_resource rr
               where rr.tenant_id = run.tenant_id and rr.run_id = run.run_id and not exists (
                 select 1 from run newer join run_resource same on same.tenant_id = newer.tenant_id
                   and same.run_id = newer.run_id and same.resource = rr.resource
                 where newer.tenant_id = run.tenant_id and newer.connection_id = run.connection_id and newer.mode = run.mode
                   and newer.finished_at is not null and newer.started_at > run.started_at))
           limit $2 for update of run skip locked
         ), resources as (
           delete from run_resource rr using old where rr.tenant_id = old.tenant_id and rr.run_id = old.run_id
         )
         delete from run using old where run.tenant_id = old.tenant_id and run.run_id = old.run_id returning 1`,
        [keptDays, runsAtOnce],
      ),
    );
    if (gone.length < runsAtOnce) return;
  }
}
