import { lanes, type Lane } from '@firmbridge/contracts';
import type { Tx } from '@firmbridge/database';

/** Null: of all connections of all tenants, by who may see them. */
type Whose = { readonly tenantId: string; readonly connectionId: string } | null;

export type WaitingCalls = Record<Lane, number>;

export const nothingWaits = (): WaitingCalls => Object.fromEntries(lanes.map((lane) => [lane, 0])) as WaitingCalls;

/**
 * Calls that connections still have to make for their runs and writes, by lane. A resource has as many pages left as the
 * provider's own count says, at the size its pages had so far; where nobody knows it has one. Connections without any are missing.
 */
export async function waitingCalls(tx: Tx, whose: Whose): Promise<Map<string, WaitingCalls>> {
  const rows = await tx.query<{ connectionId: string; lane: Lane; calls: number }>(
    `select connection_id as "connectionId", lane, sum(calls)::int as calls from (
       select rr.connection_id, rr.lane, greatest(1, coalesce(ceil((rr.expected - rr.records) * rr.pages / nullif(rr.records, 0)::numeric), 1)) as calls
       from run_resource rr join run on run.tenant_id = rr.tenant_id and run.run_id = rr.run_id
       where ($1::uuid is null or rr.tenant_id = $1 and rr.connection_id = $2) and run.finished_at is null
         and run.mode <> 'renormalize' and rr.state in ('waiting', 'fetching')
       union all
       select connection_id, lane, 1 from write_task
       where ($1::uuid is null or tenant_id = $1 and connection_id = $2) and finished_at is null
     ) waiting group by connection_id, lane`,
    [whose?.tenantId ?? null, whose?.connectionId ?? null],
  );
  const waiting = new Map<string, WaitingCalls>();
  for (const { connectionId, lane, calls } of rows) {
    const known = waiting.get(connectionId) ?? nothingWaits();
    waiting.set(connectionId, { ...known, [lane]: calls });
  }
  return waiting;
}
