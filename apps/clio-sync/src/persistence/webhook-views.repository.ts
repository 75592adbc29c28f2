import type { WebhookSubscription } from '@firmbridge/contracts';
import type { Tx } from '@firmbridge/database';

export interface WatchView {
  readonly status: string;
  readonly reason: string | null;
  readonly waiting: number;
}

const instant = (column: string) => `to_char(${column} at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;

export async function viewWatch(tx: Tx, connectionId: string): Promise<WatchView | null> {
  const [row] = await tx.query<WatchView>(
    `select c.status, w.reason,
       (select count(*)::int from dirty_record d where d.tenant_id = c.tenant_id and d.connection_id = c.connection_id) as waiting
     from connection c left join webhook_watch w on w.tenant_id = c.tenant_id and w.connection_id = c.connection_id
     where c.tenant_id = (select this_tenant()) and c.connection_id = $1`,
    [connectionId],
  );
  return row ?? null;
}

export function viewSubscriptions(tx: Tx, connectionId: string): Promise<WebhookSubscription[]> {
  return tx.query(
    `select s.resource, s.state, s.reason, ${instant('s.activated_at')} as "activatedAt", ${instant('s.expires_at')} as "expiresAt",
       ${instant('s.renew_at')} as "renewAt", ${instant('d.last')} as "lastDeliveryAt", d.count::int as deliveries, s.missed
     from webhook_subscription s
     cross join lateral (select count(*) as count, max(received_at) as last from webhook_delivery d
       where d.tenant_id = s.tenant_id and d.source_id = s.subscription_id) d
     where s.tenant_id = (select this_tenant()) and s.connection_id = $1 and s.state <> 'deleted' order by s.resource`,
    [connectionId],
  );
}

export interface WebhookTotals {
  readonly dirty: number;
  readonly oldestSeconds: number;
  readonly missed: number;
  readonly byState: Readonly<Record<string, number>>;
}

/** Over all firms, for the metrics. */
export async function webhookTotals(tx: Tx): Promise<WebhookTotals> {
  const [row] = await tx.query<WebhookTotals>(
    `select d.dirty, d."oldestSeconds", s.missed, s."byState" from
       (select count(*)::int as dirty, coalesce(extract(epoch from clock_timestamp() - min(first_seen_at)), 0)::float as "oldestSeconds" from dirty_record) d,
       (select coalesce(sum(missed), 0)::int as missed, coalesce(jsonb_object_agg(state, count), '{}') as "byState"
          from (select state, count(*)::int as count, sum(missed) as missed from webhook_subscription group by state) one) s`,
  );
  return row ?? { dirty: 0, oldestSeconds: 0, missed: 0, byState: {} };
}

/**
 * Changes that a poll has seen and that should have been delivered: made while the subscription was active, long enough ago for the
 * delivery to have come, and not waiting to be fetched.
 */
export async function noteMissed(
  tx: Tx,
  { connectionId, resource }: { connectionId: string; resource: string },
  recordIds: readonly string[],
): Promise<void> {
  await tx.query(
    `update webhook_subscription s set missed = s.missed + m.count
     from (select count(*) as count, s.subscription_id from webhook_subscription s
       join record r on r.tenant_id = s.tenant_id and r.connection_id = s.connection_id and r.resource = s.resource and r.record_id = any ($3)
         and r.source_updated_at > s.activated_at and r.source_updated_at < clock_timestamp() - interval '1 minute'
       where s.tenant_id = (select this_tenant()) and s.connection_id = $1 and s.resource = $2 and s.state in ('active', 'expiring')
         and not exists (select 1 from dirty_record d where d.tenant_id = r.tenant_id and d.connection_id = r.connection_id
           and d.resource = r.resource and d.record_id = r.record_id)
       group by s.subscription_id) m
     where s.tenant_id = (select this_tenant()) and s.connection_id = $1 and s.subscription_id = m.subscription_id`,
    [connectionId, resource, recordIds],
  );
}
