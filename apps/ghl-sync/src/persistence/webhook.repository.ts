import type { ConnectionWebhooks } from '@firmbridge/contracts';
import type { Database, Tx } from '@firmbridge/database';
import { ghlResourceNames, ghlResources } from '@firmbridge/ghl-api';
import type { WebhookSource } from '@firmbridge/sync-engine';

export type LocationSource = Pick<WebhookSource, 'tenantId' | 'connectionId' | 'sourceId'>;

export const announcedResources = ghlResourceNames.filter((name) => ghlResources[name].webhooks.length > 0);

/** Whose location it is; null for one that nobody has connected. */
export async function findLocation(database: Database, locationId: string): Promise<LocationSource | null> {
  const rows = await database.acrossTenants((tx) =>
    tx.query<LocationSource>(
      `select tenant_id as "tenantId", connection_id as "connectionId", connection_id as "sourceId" from connection
       where account_id = $1 and provider = 'ghl' and status <> 'disconnected' limit 1`,
      [locationId],
    ),
  );
  return rows[0] ?? null;
}

/** So long a delivery speaks for those that come; and so long a missed one speaks against them. */
const trust = { delivered: '7 days', missed: '24 hours' } as const;

const hasDelivered = `exists (select 1 from webhook_delivery d where d.tenant_id = c.tenant_id and d.source_id = c.connection_id
  and d.received_at > clock_timestamp() - interval '${trust.delivered}')`;

/**
 * Resources that webhooks tell of: nobody can ask GoHighLevel whether it delivers, so deliveries prove it, and a change that a poll
 * saw first disproves it for a day.
 */
export async function pushedResources(tx: Tx, connectionId: string): Promise<string[]> {
  const rows = await tx.query<{ resource: string }>(
    `select r.resource from unnest($2::text[]) as r(resource), connection c
     where c.tenant_id = (select this_tenant()) and c.connection_id = $1 and ${hasDelivered}
       and not exists (select 1 from webhook_missed m where m.tenant_id = c.tenant_id and m.connection_id = $1 and m.resource = r.resource
         and m.missed_at > clock_timestamp() - interval '${trust.missed}')`,
    [connectionId, announcedResources],
  );
  return rows.map(({ resource }) => resource);
}

/**
 * Counts changes that a poll has seen and that should have been delivered: made long enough ago for the delivery to have come, of
 * a connection that gets deliveries, and not waiting to be read.
 */
export async function noteMissed(
  tx: Tx,
  { connectionId, resource }: { connectionId: string; resource: string },
  recordIds: readonly string[],
): Promise<void> {
  await tx.query(
    `insert into webhook_missed as known (tenant_id, connection_id, resource, missed, missed_at)
     select c.tenant_id, $1, $2, count(*), clock_timestamp()
     from connection c join record r on r.tenant_id = c.tenant_id and r.connection_id = c.connection_id and r.resource = $2
       and r.record_id = any ($3) and r.source_updated_at < clock_timestamp() - interval '1 minute'
     where c.tenant_id = (select this_tenant()) and c.connection_id = $1 and ${hasDelivered}
       and r.source_updated_at > (select min(d.received_at) from webhook_delivery d
         where d.tenant_id = c.tenant_id and d.source_id = c.connection_id)
       and not exists (select 1 from dirty_record d where d.tenant_id = r.tenant_id and d.connection_id = r.connection_id
         and d.resource = r.resource and d.record_id = r.record_id)
     group by c.tenant_id
     on conflict (tenant_id, connection_id, resource) do update set missed = known.missed + excluded.missed, missed_at = excluded.missed_at`,
    [connectionId, resource, recordIds],
  );
}

/** Of a connection that ends nothing is read any more. */
export async function forgetAnnounced(tx: Tx, connectionId: string): Promise<void> {
  await tx.query('delete from dirty_record where tenant_id = (select this_tenant()) and connection_id = $1', [
    connectionId,
  ]);
}

export interface ReceptionView {
  readonly status: string;
  readonly credential: string | null;
  readonly waiting: number;
  readonly lastDeliveryAt: string | null;
}

const instant = (column: string) => `to_char(${column} at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;

export async function viewReception(tx: Tx, connectionId: string): Promise<ReceptionView | null> {
  const [row] = await tx.query<ReceptionView>(
    `select c.status, c.credential, (select count(*)::int from dirty_record d
         where d.tenant_id = c.tenant_id and d.connection_id = $1) as waiting,
       (select ${instant('max(d.received_at)')} from webhook_delivery d
         where d.tenant_id = c.tenant_id and d.source_id = c.connection_id) as "lastDeliveryAt"
     from connection c where c.tenant_id = (select this_tenant()) and c.connection_id = $1`,
    [connectionId],
  );
  return row ?? null;
}

/** What was delivered of each resource, as far as it is remembered. */
export function viewAnnounced(tx: Tx, connectionId: string): Promise<ConnectionWebhooks['subscriptions']> {
  return tx.query(
    `select r.resource, case when d.count > 0 then 'active' else 'pending' end as state, null as reason, ${instant('d.first')} as "activatedAt",
       null as "expiresAt", null as "renewAt", ${instant('d.last')} as "lastDeliveryAt", d.count::int as deliveries,
       coalesce(m.missed, 0) as missed
     from unnest($2::text[]) as r(resource)
     cross join lateral (select count(*) as count, min(received_at) as first, max(received_at) as last from webhook_delivery d
       where d.tenant_id = (select this_tenant()) and d.source_id = $1 and d.hints @> jsonb_build_array(jsonb_build_object('resource', r.resource))) d
     left join webhook_missed m on m.tenant_id = (select this_tenant()) and m.connection_id = $1 and m.resource = r.resource
     order by r.resource`,
    [connectionId, announcedResources],
  );
}
