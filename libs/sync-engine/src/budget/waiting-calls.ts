import { lanes, type Lane } from '@firmbridge/contracts';
import type { Tx } from '@firmbridge/database';

export type WaitingCalls = Record<Lane, number>;

export const nothingWaits = (): WaitingCalls => Object.fromEntries(lanes.map((lane) => [lane, 0])) as WaitingCalls;

/**
 * A resource has as many pages left as the provider's own count says, at the size its pages had so far; where nobody knows it has
 * one.
 */
const pagesLeft =
  'greatest(1, coalesce(ceil((rr.expected - rr.records) * rr.pages / nullif(rr.records, 0)::numeric), 1))';

/** Calls that a connection still has to make for its runs and writes, by lane. */
export async function waitingCalls(tx: Tx, connectionId: string): Promise<WaitingCalls> {
  const rows = await tx.query<{ lane: Lane; calls: number }>(
    `select lane, sum(calls)::int as calls from (
       select rr.lane, ${pagesLeft} as calls
       from run_resource rr join run on run.tenant_id = rr.tenant_id and run.run_id = rr.run_id
       where rr.tenant_id = (select this_tenant()) and rr.connection_id = $1 and run.finished_at is null
         and run.mode <> 'renormalize' and rr.state in ('waiting', 'fetching')
       union all
       select lane, 1 from write_task where tenant_id = (select this_tenant()) and connection_id = $1 and finished_at is null
     ) waiting group by lane`,
    [connectionId],
  );
  return Object.assign(nothingWaits(), Object.fromEntries(rows.map(({ lane, calls }) => [lane, calls])));
}

/** The same of every connection that has any, by its id. */
export async function waitingCallsOfAll(tx: Tx): Promise<ReadonlyMap<string, WaitingCalls>> {
  const rows = await tx.query<{ connectionId: string; lane: Lane; calls: number }>(
    `select connection_id as "connectionId", lane, sum(calls)::int as calls from (
       select rr.connection_id, rr.lane, ${pagesLeft} as calls
       from run_resource rr join run on run.tenant_id = rr.tenant_id and run.run_id = rr.run_id
       where run.finished_at is null and run.mode <> 'renormalize' and rr.state in ('waiting', 'fetching')
       union all
       select connection_id, lane, 1 from write_task where finished_at is null
     ) waiting group by connection_id, lane`,
  );
  const waiting = new Map<string, WaitingCalls>();
  for (const { connectionId, lane, calls } of rows)
    waiting.set(connectionId, { ...(waiting.get(connectionId) ?? nothingWaits()), [lane]: calls });
  return waiting;
}
