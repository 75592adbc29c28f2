import type { Connection, Provider, Region } from '@firmbridge/contracts';
import type { Tx } from '@firmbridge/database';
import { connectionTable } from './tables.js';

export interface Account {
  readonly provider: Provider;
  readonly region: Region;
  readonly accountId: string;
}

export interface Holder {
  readonly tenantId: string;
  readonly connectionId: string;
}

/** Which tenant has the account; to be asked across tenants. */
export async function findHolder(tx: Tx, { provider, region, accountId }: Account): Promise<Holder | null> {
  const rows = await tx.query<Holder>(
    `select tenant_id as "tenantId", connection_id as "connectionId" from connection
      where provider = $1 and region = $2 and account_id = $3`,
    [provider, region, accountId],
  );
  return rows[0] ?? null;
}

/** The tenant's connections of a provider and region that wait to be reconnected. */
export async function findWaiting(tx: Tx, tenantId: string, provider: Provider, region: Region) {
  return tx.query<{ accountId: string; accountName: string }>(
    `select account_id as "accountId", account_name as "accountName" from connection
      where tenant_id = $1 and provider = $2 and region = $3 and status = 'reauthorization_required'
      order by changed_at desc`,
    [tenantId, provider, region],
  );
}

export type NewConnection = Omit<Connection, 'status' | 'establishedAt'> & { readonly tenantId: string };

/** Makes the connection active, new or known, and returns when: the time of the event about it. */
export async function saveConnection(tx: Tx, connection: NewConnection): Promise<Date> {
  const [row] = await tx.query<{ changedAt: string }>(
    `insert into connection as known (tenant_id, connection_id, provider, region, account_id, account_name, api_origin, status,
                                      credential, established_at, changed_at)
     values ($1, $2, $3, $4, $5, $6, $7, 'active', $8, clock_timestamp(), clock_timestamp())
     on conflict (tenant_id, connection_id) do update set
       account_name = excluded.account_name, api_origin = excluded.api_origin, credential = excluded.credential,
       status = 'active', status_reason = null, established_at = excluded.established_at,
       changed_at = greatest(excluded.changed_at, known.changed_at + interval '1 millisecond')
     returning to_json(changed_at) #>> '{}' as "changedAt"`,
    [
      connection.tenantId,
      connection.connectionId,
      connection.provider,
      connection.region,
      connection.accountId,
      connection.accountName,
      connection.apiOrigin,
      connection.credential,
    ],
  );
  return new Date(row?.changedAt ?? Number.NaN);
}

/** Null when the connection was not active: its death is told once. */
export async function requireReauthorization(tx: Tx, connectionId: string, reason: string): Promise<Date | null> {
  const [row] = await tx.query<{ changedAt: string }>(
    `update connection set status = 'reauthorization_required', status_reason = $2,
            changed_at = greatest(clock_timestamp(), changed_at + interval '1 millisecond')
      where connection_id = $1 and status = 'active'
     returning to_json(changed_at) #>> '{}' as "changedAt"`,
    [connectionId, reason],
  );
  return row === undefined ? null : new Date(row.changedAt);
}

export async function findConnections(tx: Tx, ids?: readonly string[]): Promise<Connection[]> {
  const where = ids === undefined ? {} : { connectionId: { $in: [...ids] } };
  const rows = await tx.em.find(connectionTable, where, { orderBy: { establishedAt: 'asc', connectionId: 'asc' } });
  return rows.map((row) => ({
    connectionId: row.connectionId,
    provider: row.provider,
    region: row.region,
    accountId: row.accountId,
    accountName: row.accountName,
    apiOrigin: row.apiOrigin,
    status: row.status,
    credential: row.credential,
    establishedAt: row.establishedAt.toISOString(),
  }));
}
