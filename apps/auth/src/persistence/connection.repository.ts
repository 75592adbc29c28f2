import type { Connection, ConnectionStatus, Provider, Region } from '@firmbridge/contracts';
import type { Tx } from '@firmbridge/database';
import type { ConnectionRole } from '../domain/connection-role.js';
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

/** Which tenant has the account now; to be asked across tenants. */
export async function findHolder(tx: Tx, { provider, region, accountId }: Account): Promise<Holder | null> {
  const rows = await tx.query<Holder>(
    `select tenant_id as "tenantId", connection_id as "connectionId" from connection
      where provider = $1 and region = $2 and account_id = $3 and status <> 'disconnected'`,
    [provider, region, accountId],
  );
  return rows[0] ?? null;
}

/** The tenant's connection of the account that has ended: it comes back under its id, with all that hangs on it. */
export async function findEnded(tx: Tx, tenantId: string, { provider, region, accountId }: Account) {
  const rows = await tx.query<Holder>(
    `select tenant_id as "tenantId", connection_id as "connectionId" from connection
      where tenant_id = $1 and provider = $2 and region = $3 and account_id = $4 and status = 'disconnected'`,
    [tenantId, provider, region, accountId],
  );
  return rows[0] ?? null;
}

/** The tenant's connections of a provider and region that wait to be reconnected. */
export async function findWaiting(
  tx: Tx,
  { tenantId, provider, region, role }: Pick<ConnectionFacts, 'tenantId' | 'provider' | 'region' | 'role'>,
) {
  return tx.query<{ accountId: string; accountName: string }>(
    `select account_id as "accountId", account_name as "accountName" from connection
      where tenant_id = $1 and provider = $2 and region = $3 and role = $4 and status = 'reauthorization_required'
      order by changed_at desc`,
    [tenantId, provider, region, role],
  );
}

/** What there is to know of a connection of any role and status. */
export interface ConnectionFacts {
  readonly tenantId: string;
  readonly connectionId: string;
  readonly provider: Provider;
  readonly region: Region;
  readonly role: ConnectionRole;
  readonly accountId: string;
  readonly accountName: string;
  readonly status: ConnectionStatus;
  readonly establishedAt: string;
}

const factColumns = `tenant_id as "tenantId", connection_id as "connectionId", provider, region, role,
  account_id as "accountId", account_name as "accountName", status, to_json(established_at) #>> '{}' as "establishedAt"`;

export async function findConnectionFacts(
  tx: Tx,
  tenantId: string,
  connectionId: string,
): Promise<ConnectionFacts | null> {
  const rows = await tx.query<ConnectionFacts>(
    `select ${factColumns} from connection where tenant_id = $1 and connection_id = $2`,
    [tenantId, connectionId],
  );
  return rows[0] ?? null;
}

/** Locks the row: what happens to the connection happens one after the other. */
export async function lockConnection(tx: Tx, connectionId: string): Promise<ConnectionFacts | null> {
  const rows = await tx.query<ConnectionFacts>(
    `select ${factColumns} from connection where tenant_id = (select this_tenant()) and connection_id = $1 for update`,
    [connectionId],
  );
  return rows[0] ?? null;
}

/** All that have not ended, accounts before agencies. */
export async function findLivingConnections(tx: Tx): Promise<ConnectionFacts[]> {
  return tx.query<ConnectionFacts>(
    `select ${factColumns} from connection
      where tenant_id = (select this_tenant()) and status <> 'disconnected' order by role, established_at, connection_id`,
  );
}

/** Ends it for good and returns when: the time of the event about it. */
export async function endConnection(tx: Tx, connectionId: string): Promise<Date> {
  const [row] = await tx.query<{ changedAt: string }>(
    `update connection set status = 'disconnected', status_reason = null,
            changed_at = greatest(clock_timestamp(), changed_at + interval '1 millisecond')
      where tenant_id = (select this_tenant()) and connection_id = $1 returning to_json(changed_at) #>> '{}' as "changedAt"`,
    [connectionId],
  );
  return new Date(row?.changedAt ?? Number.NaN);
}

export type NewConnection = Omit<Connection, 'status' | 'establishedAt'> & {
  readonly tenantId: string;
  readonly role: ConnectionRole;
};

/** Makes the connection active, new or known, and returns when: the time of the event about it. */
export async function saveConnection(tx: Tx, connection: NewConnection): Promise<Date> {
  const [row] = await tx.query<{ changedAt: string }>(
    `insert into connection as known (tenant_id, connection_id, provider, region, account_id, account_name, api_origin, status,
                                      credential, role, established_at, changed_at)
     values ($1, $2, $3, $4, $5, $6, $7, 'active', $8, $9, clock_timestamp(), clock_timestamp())
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
      connection.role,
    ],
  );
  return new Date(row?.changedAt ?? Number.NaN);
}

/** Null when the connection was not active: its death is told once. */
export async function requireReauthorization(tx: Tx, connectionId: string, reason: string): Promise<Date | null> {
  const [row] = await tx.query<{ changedAt: string }>(
    `update connection set status = 'reauthorization_required', status_reason = $2,
            changed_at = greatest(clock_timestamp(), changed_at + interval '1 millisecond')
      where tenant_id = (select this_tenant()) and connection_id = $1 and status = 'active'
     returning to_json(changed_at) #>> '{}' as "changedAt"`,
    [connectionId, reason],
  );
  return row === undefined ? null : new Date(row.changedAt);
}

/** The accounts that are connected. */
export async function findConnections(tx: Tx, tenantId: string, ids?: readonly string[]): Promise<Connection[]> {
  const where = {
    tenantId,
    role: 'account' as const,
    status: { $ne: 'disconnected' as const },
    ...(ids === undefined ? {} : { connectionId: { $in: [...ids] } }),
  };
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
