import { randomUUID } from 'node:crypto';
import type { Database, Tx } from '@firmbridge/database';
import { connectionColumns, partConnection, type EngineConnection } from '@firmbridge/sync-engine';

/** The right to look after the subscriptions of a connection until the lease ends. */
export interface Watch {
  readonly connection: EngineConnection;
  readonly leaseToken: string;
  readonly attempts: number;
  readonly reason: string | null;
  /** null when nobody has looked yet. */
  readonly lookedAt: Date | null;
  /** The database's clock. */
  readonly now: Date;
}

interface Row extends EngineConnection {
  readonly attempts: number;
  readonly reason: string | null;
  readonly lookedAt: string | null;
  readonly now: string;
}

/** A connection that was established is looked after from now on. */
export async function watchConnection(tx: Tx, connectionId: string): Promise<void> {
  await tx.query(
    `insert into webhook_watch as known (tenant_id, connection_id, look_at, lease_until, attempts)
     select tenant_id, connection_id, clock_timestamp(), 'epoch', 0 from connection
     where tenant_id = (select this_tenant()) and connection_id = $1
     on conflict (tenant_id, connection_id) do update set look_at = excluded.look_at, attempts = 0`,
    [connectionId],
  );
}

/** Connections from before there were webhooks. */
export async function watchAll(tx: Tx): Promise<void> {
  await tx.query(
    `insert into webhook_watch (tenant_id, connection_id, look_at, lease_until, attempts)
     select tenant_id, connection_id, clock_timestamp(), 'epoch', 0 from connection where status <> 'disconnected'
     on conflict do nothing`,
  );
}

/** Takes the connection that has waited longest for a look; of several replicas each takes another. */
export function claimWatch(database: Database, leaseSeconds: number): Promise<Watch | null> {
  return claim(
    database,
    leaseSeconds,
    `c.status = 'active' and w.look_at <= clock_timestamp() and w.lease_until <= clock_timestamp()`,
  );
}

/** The same for one connection that ends; null while somebody is at it. */
export function claimEndingWatch(
  database: Database,
  { tenantId, connectionId }: { readonly tenantId: string; readonly connectionId: string },
  leaseSeconds: number,
): Promise<Watch | null> {
  const which = `w.tenant_id = $3 and w.connection_id = $4 and w.lease_until <= clock_timestamp()`;
  return claim(database, leaseSeconds, which, [tenantId, connectionId]);
}

async function claim(
  database: Database,
  leaseSeconds: number,
  which: string,
  params: readonly string[] = [],
): Promise<Watch | null> {
  const leaseToken = randomUUID();
  const rows = await database.acrossTenants((tx) =>
    tx.query<Row>(
      `with next as (
         select w.tenant_id, w.connection_id from webhook_watch w
         join connection c on c.tenant_id = w.tenant_id and c.connection_id = w.connection_id
         where ${which} order by w.look_at limit 1 for update of w skip locked
       ), claimed as (
         update webhook_watch w set lease_token = $2, lease_until = clock_timestamp() + make_interval(secs => $1)
         from next where w.tenant_id = next.tenant_id and w.connection_id = next.connection_id returning w.*
       )
       select ${connectionColumns}, w.attempts, w.reason, w.looked_at as "lookedAt", clock_timestamp() as now
       from claimed w join connection c on c.tenant_id = w.tenant_id and c.connection_id = w.connection_id`,
      [leaseSeconds, leaseToken, ...params],
    ),
  );
  const [row] = rows;
  if (!row) return null;
  const { connection, own } = partConnection(row);
  const lookedAt = own.lookedAt === null ? null : new Date(own.lookedAt);
  return { ...own, connection, leaseToken, lookedAt, now: new Date(own.now) };
}

export interface Release {
  readonly waitMs: number;
  /** null after a look that succeeded. */
  readonly reason: string | null;
}

export async function releaseWatch(tx: Tx, { connection, leaseToken }: Watch, release: Release): Promise<void> {
  await tx.query(
    `update webhook_watch set lease_until = 'epoch', look_at = clock_timestamp() + make_interval(secs => $3::float / 1000),
       looked_at = case when $4::text is null then clock_timestamp() else looked_at end,
       attempts = case when $4::text is null then 0 else least(attempts + 1, 1000) end, reason = $4
     where tenant_id = (select this_tenant()) and connection_id = $1 and lease_token = $2`,
    [connection.connectionId, leaseToken, release.waitMs, release.reason],
  );
}
