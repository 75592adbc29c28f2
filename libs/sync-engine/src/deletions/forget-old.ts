import type { Database } from '@firmbridge/database';
import { undoDays } from './deletion-views.js';

const atOnce = 1_000;

/**
 * One bounded step: empties records that were deleted too long ago to be brought back (the row stays, so that an old copy does not
 * revive it), and forgets the ids of sweeps that are over. Answers whether there may be more.
 */
export async function forgetOld(database: Database): Promise<boolean> {
  const counts = await database.acrossTenants(async (tx) => {
    const emptied = await tx.query(
      `with old as (
         select tenant_id, connection_id, resource, record_id from record
         where deleted_at < clock_timestamp() - interval '${undoDays} days' and content_hash <> ''
         order by deleted_at limit ${atOnce} for update skip locked
       ), settled as (
         delete from record_deletion d using old where d.tenant_id = old.tenant_id and d.connection_id = old.connection_id
           and d.resource = old.resource and d.record_id = old.record_id and d.state = 'deleted'
       )
       update record r set body = '{}', content_hash = '' from old
       where r.tenant_id = old.tenant_id and r.connection_id = old.connection_id and r.resource = old.resource and r.record_id = old.record_id
       returning 1`,
    );
    const swept = await tx.query(
      `delete from sweep_seen s using (
         select s.* from run
         join run_resource rr on rr.tenant_id = run.tenant_id and rr.run_id = run.run_id and rr.finished_at is not null
         cross join lateral (select tenant_id, run_id, resource, record_id from sweep_seen
           where tenant_id = rr.tenant_id and run_id = rr.run_id and resource = rr.resource limit ${atOnce}) s
         where run.mode = 'sweep' and run.started_at > clock_timestamp() - interval '${undoDays} days' limit ${atOnce}
       ) over where s.tenant_id = over.tenant_id and s.run_id = over.run_id and s.resource = over.resource and s.record_id = over.record_id
       returning 1`,
    );
    return [emptied.length, swept.length];
  });
  return counts.some((count) => count >= atOnce);
}
