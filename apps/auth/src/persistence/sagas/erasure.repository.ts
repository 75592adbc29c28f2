import type { Erasure, Remains } from '@firmbridge/contracts';
import type { Tx } from '@firmbridge/database';

/** A row of the saga, as its steps need it. */
export interface OpenErasure {
  readonly tenantId: string;
  readonly erasureId: string;
  readonly state: Erasure['state'];
  readonly requestedBy: string;
  readonly correlationId: string;
  readonly missing: readonly string[];
  readonly askedCount: number;
}

const columns = `tenant_id as "tenantId", erasure_id as "erasureId", state, requested_by as "requestedBy",
  correlation_id as "correlationId", to_json(missing) as missing, asked_count as "askedCount"`;

/** False when the tenant has one already, whatever its id. */
export async function addErasure(tx: Tx, erasure: Omit<OpenErasure, 'state' | 'askedCount'>): Promise<boolean> {
  const rows = await tx.query(
    `insert into erasure (tenant_id, erasure_id, state, requested_at, requested_by, correlation_id, missing, asked_count,
                          acknowledged, remains)
     values ($1, $2, 'disconnecting', clock_timestamp(), $3, $4, $5, 0, '[]', '[]')
     on conflict do nothing returning erasure_id`,
    [erasure.tenantId, erasure.erasureId, erasure.requestedBy, erasure.correlationId, erasure.missing],
  );
  return rows.length === 1;
}

/** Those that go on without an answer of others, of all tenants. */
export async function findErasuresToAdvance(tx: Tx): Promise<{ tenantId: string }[]> {
  return tx.query(
    `select tenant_id as "tenantId" from erasure where state in ('disconnecting', 'closing') order by requested_at`,
  );
}

/** Locks that of the transaction's tenant; null when there is none that is not done, or when somebody else is at it. */
export async function lockErasure(tx: Tx, how: 'wait' | 'skip' = 'wait'): Promise<OpenErasure | null> {
  const rows = await tx.query<OpenErasure>(
    `select ${columns} from erasure
      where tenant_id = (select this_tenant()) and state <> 'done' for update ${how === 'skip' ? 'skip locked' : ''}`,
  );
  return rows[0] ?? null;
}

/** The services are being asked. */
export async function noteAsked(tx: Tx, erasureId: string): Promise<void> {
  await tx.query(
    `update erasure set state = case when cardinality(missing) = 0 then 'closing' else 'erasing' end,
            asked_at = clock_timestamp(), asked_count = asked_count + 1
      where tenant_id = (select this_tenant()) and erasure_id = $1`,
    [erasureId],
  );
}

export interface ErasureAcknowledgement {
  readonly erasureId: string;
  readonly acknowledged: Erasure['acknowledged'][number];
  readonly remains: readonly Remains[];
}

/** With nobody left to wait for, what we keep ourselves is next. The row must be locked. */
export async function noteErased(tx: Tx, { erasureId, acknowledged, remains }: ErasureAcknowledgement): Promise<void> {
  await tx.query(
    `update erasure set missing = array_remove(missing, $2), acknowledged = acknowledged || $3::jsonb,
            remains = remains || $4::jsonb,
            state = case when cardinality(array_remove(missing, $2)) = 0 then 'closing' else state end
      where tenant_id = (select this_tenant()) and erasure_id = $1`,
    [erasureId, acknowledged.service, JSON.stringify([acknowledged]), JSON.stringify(remains)],
  );
}

export async function finishErasure(tx: Tx, erasureId: string, remains: readonly Remains[]): Promise<void> {
  await tx.query(
    `update erasure set state = 'done', remains = remains || $2::jsonb, finished_at = clock_timestamp()
      where tenant_id = (select this_tenant()) and erasure_id = $1`,
    [erasureId, JSON.stringify(remains)],
  );
}

/** Takes one whose missing services have been silent for so long, over all tenants: they count as asked again now. */
export async function takeSilentErasure(tx: Tx, silentMs: number): Promise<OpenErasure | null> {
  const rows = await tx.query<OpenErasure>(
    `update erasure set asked_at = clock_timestamp(), asked_count = asked_count + 1
      where (tenant_id, erasure_id) in (
              select tenant_id, erasure_id from erasure
               where state = 'erasing' and asked_at <= clock_timestamp() - $1 * interval '1 millisecond'
               order by asked_at limit 1 for update skip locked)
     returning ${columns}`,
    [silentMs],
  );
  return rows[0] ?? null;
}

const utc = (column: string) => `to_char(${column} at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;

/** The newest first, of one tenant or of all. */
export async function findErasures(tx: Tx, tenantId: string | null, limit: number): Promise<Erasure[]> {
  return tx.query<Erasure>(
    `select e.erasure_id as "erasureId", e.tenant_id as "tenantId", e.state, ${utc('e.requested_at')} as "requestedAt",
            e.requested_by as "requestedBy",
            (select count(*)::int from connection c where c.tenant_id = e.tenant_id and c.status <> 'disconnected')
              as "connectionsLeft",
            to_json(e.missing) as missing, ${utc('e.asked_at')} as "askedAt", e.asked_count as "askedCount", e.acknowledged,
            e.remains, ${utc('e.finished_at')} as "finishedAt"
       from erasure e where $1::uuid is null or e.tenant_id = $1 order by e.requested_at desc limit $2`,
    [tenantId, limit],
  );
}
