import { lanes, type Lane } from '@firmbridge/contracts';
import type { Tx } from '@firmbridge/database';

/**
 * Calls that a connection still has to make for its runs and writes, by lane. A resource has as many pages left as the provider's
 * own count says, at the size its pages had so far; where nobody knows it has one.
 */
export async function waitingCalls(tx: Tx, connectionId: string): Promise<Record<Lane, number>> {
  const rows = await tx.query<{ lane: Lane; calls: number }>(
    `select lane, sum(calls)::int as calls from (
       select rr.lane, greatest(1, coalesce(ceil((rr.expected - rr.records) * rr.pages / nullif(rr.records, 0)::numeric), 1)) as calls
       from run_resource rr join run on run.tenant_id = rr.tenant_id and run.run_id = rr.run_id
       where rr.tenant_id = (select this_tenant()) and rr.connection_id = $1 and run.finished_at is null
         and run.mode <> 'renormalize' and rr.state in ('waiting', 'fetching')
       union all
       select lane, 1 from write_task where tenant_id = (select this_tenant()) and connection_id = $1 and finished_at is null
     ) waiting group by lane`,
    [connectionId],
  );
  const counts = Object.fromEntries(lanes.map((lane) => [lane, 0])) as Record<Lane, number>;
  for (const { lane, calls } of rows) counts[lane] = calls;
  return counts;
}
