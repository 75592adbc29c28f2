import type { Tx } from '@firmbridge/database';
import type { RecordHint, WebhookSource } from './webhook-dialect.js';

export interface Delivery {
  readonly source: Pick<WebhookSource, 'tenantId' | 'connectionId' | 'sourceId'>;
  /** The same when it comes again: the hash of its bytes, or the id that its sender gives it. */
  readonly deliveryKey: string;
  readonly hints: readonly RecordHint[];
  /** It bears an old timestamp: it was tried before, or what it tells of happened long ago. */
  readonly isLate?: boolean;
}

/** A record is fetched when nothing more was said of it for `trailingMs`, or `longestMs` after the first time. */
export interface CoalescingWindow {
  readonly trailingMs: number;
  readonly longestMs: number;
}

/** `gone`: the connection has ended, or its firm was erased. */
export type Keeping = 'kept' | 'known' | 'gone';

interface Row {
  readonly n: number;
  readonly fresh: boolean;
}

/**
 * Keeps deliveries of any tenants in one statement: those whose bytes have come before change nothing, what the others speak of
 * becomes dirty. Rows are taken in one order by all replicas, so none waits for another in a circle.
 */
export async function keepDeliveries(
  tx: Tx,
  deliveries: readonly Delivery[],
  window: CoalescingWindow,
): Promise<Keeping[]> {
  const given = deliveries.map(({ source, deliveryKey, hints, isLate }, n) => ({
    n,
    tenant_id: source.tenantId,
    connection_id: source.connectionId,
    source_id: source.sourceId,
    body_hash: deliveryKey,
    is_late: isLate ?? false,
    hints: hints.map((hint) => ({ resource: hint.resource, record_id: hint.recordId, deleted: hint.isDeleted })),
  }));
  const rows = await tx.query<Row>(
    `with given as (
       select g.* from jsonb_to_recordset($1::jsonb) as g(n int, tenant_id uuid, connection_id uuid, source_id uuid, body_hash text, is_late boolean, hints jsonb)
       join connection c on c.tenant_id = g.tenant_id and c.connection_id = g.connection_id and c.status <> 'disconnected'
     ), fresh as (
       insert into webhook_delivery (tenant_id, source_id, body_hash, connection_id, hints, is_late, received_at)
       select distinct on (tenant_id, source_id, body_hash) tenant_id, source_id, body_hash, connection_id, hints, is_late, clock_timestamp()
       from given order by tenant_id, source_id, body_hash
       on conflict do nothing returning tenant_id, source_id, body_hash
     ), announced as (
       select g.tenant_id, g.connection_id, h.resource, h.record_id, bool_or(h.deleted) as deleted, count(*) as marks
       from fresh join given g using (tenant_id, source_id, body_hash)
       cross join jsonb_to_recordset(g.hints) as h(resource text, record_id text, deleted boolean)
       group by 1, 2, 3, 4 order by 1, 2, 3, 4
     ), marked as (
       insert into dirty_record as known (tenant_id, connection_id, resource, record_id, deleted, marks, first_seen_at, last_seen_at,
         due_at, retry_at, attempts, lease_until)
       select a.*, t.now, t.now, t.now + make_interval(secs => least($2::float, $3::float) / 1000), 'epoch', 0, 'epoch'
       from announced a cross join (select clock_timestamp() as now) t
       on conflict (tenant_id, connection_id, resource, record_id) do update set
         deleted = known.deleted or excluded.deleted, marks = known.marks + excluded.marks, last_seen_at = excluded.last_seen_at,
         due_at = greatest(known.retry_at, least(excluded.due_at, known.first_seen_at + make_interval(secs => $3::float / 1000)))
     )
     select g.n, f.source_id is not null as fresh from given g left join fresh f using (tenant_id, source_id, body_hash)`,
    [JSON.stringify(given), window.trailingMs, window.longestMs],
  );
  const byNumber = new Map(rows.map(({ n, fresh }) => [n, fresh]));
  return deliveries.map((_, n) => {
    const fresh = byNumber.get(n);
    return fresh === undefined ? 'gone' : fresh ? 'kept' : 'known';
  });
}
