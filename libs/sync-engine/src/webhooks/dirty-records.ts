import { randomUUID } from 'node:crypto';
import type { Database, Tx } from '@firmbridge/database';
import { connectionColumns, partConnection, type EngineConnection } from '../connections.js';

export interface DirtyRecord {
  readonly recordId: string;
  /** The provider has said that it is gone. */
  readonly isDeleted: boolean;
  readonly marks: string;
  readonly attempts: number;
}

/** Announced records of one resource, to be fetched by this worker until the lease ends. */
export interface DirtyBatch {
  readonly connection: EngineConnection;
  readonly resource: string;
  readonly records: readonly DirtyRecord[];
  readonly leaseToken: string;
  /** The database's clock before the fetch. */
  readonly observedAt: string;
}

export const mostRecords = 200;

type Row = EngineConnection & {
  readonly resource: string;
  readonly observedAt: string;
  readonly records: DirtyRecord[];
};

/**
 * Takes what has waited longest and is due, with others of the same resource of that connection. A connection is worked on by one
 * at a time, so none takes all workers; one that is parked keeps its records.
 */
export function claimDirty(
  database: Database,
  leaseSeconds: number,
  most: number = mostRecords,
): Promise<DirtyBatch | null> {
  const leaseToken = randomUUID();
  return database.acrossTenants(async (tx) => {
    const [row] = await tx.query<Row>(
      `with first as (
         select d.tenant_id, d.connection_id, d.resource from dirty_record d
         join connection c on c.tenant_id = d.tenant_id and c.connection_id = d.connection_id and c.status = 'active'
         where d.due_at <= clock_timestamp() and d.lease_until <= clock_timestamp()
           and not exists (select 1 from dirty_record busy where busy.tenant_id = d.tenant_id and busy.connection_id = d.connection_id
             and busy.lease_until > clock_timestamp())
         order by d.due_at limit 1 for update of d skip locked
       ), next as (
         select d.tenant_id, d.connection_id, d.resource, d.record_id from dirty_record d join first using (tenant_id, connection_id, resource)
         where d.due_at <= clock_timestamp() and d.lease_until <= clock_timestamp()
         order by d.due_at limit $3 for update of d skip locked
       ), claimed as (
         update dirty_record d set lease_until = clock_timestamp() + make_interval(secs => $1), lease_token = $2
         from next where d.tenant_id = next.tenant_id and d.connection_id = next.connection_id and d.resource = next.resource
           and d.record_id = next.record_id
         returning d.*
       )
       select ${connectionColumns}, d.resource, clock_timestamp() as "observedAt",
         jsonb_agg(jsonb_build_object('recordId', d.record_id, 'isDeleted', d.deleted, 'marks', d.marks::text, 'attempts', d.attempts)) as records
       from claimed d join connection c on c.tenant_id = d.tenant_id and c.connection_id = d.connection_id
       group by c.tenant_id, c.connection_id, d.resource`,
      [leaseSeconds, leaseToken, most],
    );
    if (!row) return null;
    const { connection, own } = partConnection(row);
    return { connection, ...own, leaseToken };
  });
}

/** In the order in which deliveries mark records: two that take several rows in different orders would wait for each other. */
async function lockBatch(tx: Tx, { connection, resource, leaseToken }: DirtyBatch): Promise<void> {
  await tx.query(
    `select 1 from dirty_record where tenant_id = $1 and connection_id = $2 and resource = $3 and lease_token = $4
     order by record_id for update`,
    [connection.tenantId, connection.connectionId, resource, leaseToken],
  );
}

/** What was fetched is clean, unless it was announced again meanwhile: then it is dirty from that moment on. */
export async function settleDirty(tx: Tx, batch: DirtyBatch): Promise<void> {
  await lockBatch(tx, batch);
  await tx.query(
    `delete from dirty_record d using jsonb_to_recordset($4::jsonb) as x("recordId" text, marks bigint)
     where d.tenant_id = (select this_tenant()) and d.connection_id = $1 and d.resource = $2 and d.lease_token = $3
       and d.record_id = x."recordId" and d.marks = x.marks`,
    [batch.connection.connectionId, batch.resource, batch.leaseToken, JSON.stringify(batch.records)],
  );
  await tx.query(
    `update dirty_record set lease_until = 'epoch', attempts = 0, first_seen_at = last_seen_at, retry_at = 'epoch', reason = null
     where tenant_id = (select this_tenant()) and connection_id = $1 and resource = $2 and lease_token = $3`,
    [batch.connection.connectionId, batch.resource, batch.leaseToken],
  );
}

export interface Postponing {
  readonly waitMs: number;
  /** null when it was no failure: the worker stops. */
  readonly reason: string | null;
}

/** Nothing of the batch is lost: it is tried again later. */
export async function postponeDirty(tx: Tx, batch: DirtyBatch, { waitMs, reason }: Postponing): Promise<void> {
  await lockBatch(tx, batch);
  await tx.query(
    `update dirty_record set lease_until = 'epoch', reason = coalesce($5, reason), due_at = greatest(due_at, t.at), retry_at = t.at,
       attempts = least(attempts + case when $5::text is null then 0 else 1 end, 1000)
     from (select clock_timestamp() + make_interval(secs => $4::float / 1000) as at) t
     where tenant_id = (select this_tenant()) and connection_id = $1 and resource = $2 and lease_token = $3`,
    [batch.connection.connectionId, batch.resource, batch.leaseToken, waitMs, reason],
  );
}
