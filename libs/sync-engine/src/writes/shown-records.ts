import type { Tx } from '@firmbridge/database';

export interface ShownRecord {
  readonly connectionId: string;
  readonly resource: string;
  readonly recordId: string;
  readonly etag: string;
}

type Body = Readonly<Record<string, unknown>>;

export async function keepShownRecord(tx: Tx, tenantId: string, shown: ShownRecord, body: Body): Promise<void> {
  await tx.query(
    `insert into shown_record (tenant_id, connection_id, resource, record_id, etag, body, shown_at)
     values ($1, $2, $3, $4, $5, $6, clock_timestamp())
     on conflict (tenant_id, connection_id, resource, record_id, etag) do update set body = excluded.body, shown_at = excluded.shown_at`,
    [tenantId, shown.connectionId, shown.resource, shown.recordId, shown.etag, JSON.stringify(body)],
  );
}

/** What the record was at that etag: as somebody was shown it, else as the sync has it; null when neither knows. */
export async function recordAt(tx: Tx, { connectionId, resource, recordId, etag }: ShownRecord): Promise<Body | null> {
  const [row] = await tx.query<{ body: Body }>(
    `select body, 0 as rank from shown_record
     where tenant_id = (select this_tenant()) and connection_id = $1 and resource = $2 and record_id = $3 and etag = $4
     union all
     select body, 1 from record
     where tenant_id = (select this_tenant()) and connection_id = $1 and resource = $2 and record_id = $3 and body ->> 'etag' = $4
     order by rank limit 1`,
    [connectionId, resource, recordId, etag],
  );
  return row?.body ?? null;
}
