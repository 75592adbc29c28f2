import type { Connection, Message, Provider, Region } from '@firmbridge/contracts';
import type { Tx } from '@firmbridge/database';

/** What the engine knows of a connection: a projection of auth's events. */
export interface EngineConnection {
  readonly tenantId: string;
  readonly connectionId: string;
  readonly provider: Provider;
  readonly region: Region;
  readonly accountId: string;
  readonly accountName: string;
  readonly apiOrigin: string;
  readonly status: 'active' | 'reauthorization_required' | 'disconnected';
}

/** Keeps the projection; an event older than what is known changes nothing. */
export async function establishConnection(tx: Tx, message: Message<Connection>): Promise<void> {
  const c = message.data;
  await tx.query(
    `insert into connection as known (tenant_id, connection_id, provider, region, account_id, account_name, api_origin, status, changed_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
     on conflict (tenant_id, connection_id) do update set
       account_name = excluded.account_name, api_origin = excluded.api_origin, status = excluded.status, changed_at = excluded.changed_at
     where known.changed_at <= excluded.changed_at`,
    [
      message.tenantId,
      c.connectionId,
      c.provider,
      c.region,
      c.accountId,
      c.accountName,
      c.apiOrigin,
      c.status,
      message.time,
    ],
  );
}

/** Parks or ends the work of a connection: nothing of it is claimed until it is established again. */
export async function changeConnectionStatus(
  tx: Tx,
  connectionId: string,
  status: EngineConnection['status'],
  at: string,
): Promise<void> {
  await tx.query(`update connection set status = $2, changed_at = $3 where connection_id = $1 and changed_at <= $3`, [
    connectionId,
    status,
    at,
  ]);
}

export const connectionColumns = `c.tenant_id as "tenantId", c.connection_id as "connectionId", c.provider, c.region,
  c.account_id as "accountId", c.account_name as "accountName", c.api_origin as "apiOrigin", c.status`;
