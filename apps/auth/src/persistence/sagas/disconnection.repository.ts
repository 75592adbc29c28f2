import type { Disconnection, Provider, Remains } from '@firmbridge/contracts';
import type { Tx } from '@firmbridge/database';
import { disconnectionTable } from './tables.js';

/** A row of the saga, as its steps need it. */
export interface OpenDisconnection {
  readonly tenantId: string;
  readonly disconnectionId: string;
  readonly connectionId: string;
  readonly provider: Provider;
  readonly accountName: string;
  readonly state: Disconnection['state'];
  readonly requestedBy: string;
  readonly correlationId: string;
  readonly missing: readonly string[];
  readonly askedCount: number;
  readonly revocationAttempts: number;
}

const columns = `tenant_id as "tenantId", disconnection_id as "disconnectionId", connection_id as "connectionId", provider,
  account_name as "accountName", state, requested_by as "requestedBy", correlation_id as "correlationId",
  to_json(missing) as missing, asked_count as "askedCount", revocation_attempts as "revocationAttempts"`;

export type NewDisconnection = Omit<OpenDisconnection, 'state' | 'askedCount' | 'revocationAttempts'>;

/** Begins it; with nobody to wait for, the provider is next. False when the connection has one that is not done. */
export async function addDisconnection(tx: Tx, saga: NewDisconnection): Promise<boolean> {
  const rows = await tx.query(
    `insert into disconnection (tenant_id, disconnection_id, connection_id, provider, account_name, state, requested_at,
                                requested_by, correlation_id, missing, asked_at, asked_count, revocation_attempts, retry_at, remains)
     values ($1, $2, $3, $4, $5, $6, clock_timestamp(), $7, $8, $9, clock_timestamp(), $10, 0,
             case when $6 = 'revoking' then clock_timestamp() end, '[]')
     on conflict (tenant_id, connection_id) where finished_at is null do nothing returning disconnection_id`,
    [
      saga.tenantId,
      saga.disconnectionId,
      saga.connectionId,
      saga.provider,
      saga.accountName,
      saga.missing.length === 0 ? 'revoking' : 'stopping',
      saga.requestedBy,
      saga.correlationId,
      saga.missing,
      saga.missing.length === 0 ? 0 : 1,
    ],
  );
  return rows.length === 1;
}

/** Whether the connection is on its way out. */
export async function isDisconnecting(tx: Tx, connectionId: string): Promise<boolean> {
  const rows = await tx.query(
    'select from disconnection where tenant_id = (select this_tenant()) and connection_id = $1 and finished_at is null',
    [connectionId],
  );
  return rows.length > 0;
}

/** Whether nobody may work with the connection any more. */
export async function isRevoking(tx: Tx, connectionId: string): Promise<boolean> {
  const rows = await tx.query(
    "select from disconnection where tenant_id = (select this_tenant()) and connection_id = $1 and state = 'revoking'",
    [connectionId],
  );
  return rows.length > 0;
}

/** Locks it for the transaction; null when it is over or never was. */
export async function lockDisconnection(tx: Tx, disconnectionId: string): Promise<OpenDisconnection | null> {
  const rows = await tx.query<OpenDisconnection>(
    `select ${columns} from disconnection
     where tenant_id = (select this_tenant()) and disconnection_id = $1 and finished_at is null for update`,
    [disconnectionId],
  );
  return rows[0] ?? null;
}

export interface Acknowledgement {
  readonly disconnectionId: string;
  /** Those who still have not answered. */
  readonly missing: readonly string[];
  readonly remains: readonly Remains[];
}

/** With nobody left to wait for, the provider is next. The row must be locked. */
export async function noteStopped(tx: Tx, { disconnectionId, missing, remains }: Acknowledgement): Promise<void> {
  await tx.query(
    `update disconnection
        set missing = $2, remains = remains || $3::jsonb, state = case when cardinality($2::text[]) = 0 then 'revoking' else state end,
            retry_at = case when cardinality($2::text[]) = 0 then clock_timestamp() end
      where tenant_id = (select this_tenant()) and disconnection_id = $1`,
    [disconnectionId, missing, JSON.stringify(remains)],
  );
}

/** Takes one whose provider is to be asked, over all tenants: nobody else does before the lease is over. */
export async function takeRevocation(tx: Tx, leaseMs: number): Promise<OpenDisconnection | null> {
  const rows = await tx.query<OpenDisconnection>(
    `update disconnection set revocation_attempts = revocation_attempts + 1,
            retry_at = clock_timestamp() + $1 * interval '1 millisecond'
      where (tenant_id, disconnection_id) in (
              select tenant_id, disconnection_id from disconnection
               where state = 'revoking' and retry_at <= clock_timestamp()
               order by retry_at limit 1 for update skip locked)
     returning ${columns}`,
    [leaseMs],
  );
  return rows[0] ?? null;
}

/** The provider is asked again after the pause. */
export async function postponeRevocation(
  tx: Tx,
  disconnectionId: string,
  reason: string,
  pauseMs: number,
): Promise<void> {
  await tx.query(
    `update disconnection set revocation_reason = $2, retry_at = clock_timestamp() + $3 * interval '1 millisecond'
      where tenant_id = (select this_tenant()) and disconnection_id = $1 and state = 'revoking'`,
    [disconnectionId, reason, pauseMs],
  );
}

export interface Ending {
  readonly disconnectionId: string;
  readonly revocation: NonNullable<Disconnection['revocation']>;
  readonly reason: string | null;
}

/** False when it was over already. */
export async function finishDisconnection(tx: Tx, { disconnectionId, revocation, reason }: Ending): Promise<boolean> {
  const rows = await tx.query(
    `update disconnection set state = 'done', revocation = $2, revocation_reason = $3, retry_at = null,
            finished_at = clock_timestamp()
      where tenant_id = (select this_tenant()) and disconnection_id = $1 and state = 'revoking' returning disconnection_id`,
    [disconnectionId, revocation, reason],
  );
  return rows.length === 1;
}

/** Takes one whose missing services have been silent for so long, over all tenants: they count as asked again now. */
export async function takeSilentDisconnection(tx: Tx, silentMs: number): Promise<OpenDisconnection | null> {
  const rows = await tx.query<OpenDisconnection>(
    `update disconnection set asked_at = clock_timestamp(), asked_count = asked_count + 1
      where (tenant_id, disconnection_id) in (
              select tenant_id, disconnection_id from disconnection
               where state = 'stopping' and asked_at <= clock_timestamp() - $1 * interval '1 millisecond'
               order by asked_at limit 1 for update skip locked)
     returning ${columns}`,
    [silentMs],
  );
  return rows[0] ?? null;
}

/** The newest first. */
export async function findDisconnections(
  tx: Tx,
  tenantId: string,
  { connectionId, limit }: { readonly connectionId: string | null; readonly limit: number },
): Promise<Disconnection[]> {
  const where = connectionId === null ? { tenantId } : { tenantId, connectionId };
  const orderBy = { requestedAt: 'desc', disconnectionId: 'asc' } as const;
  const rows = await tx.em.find(disconnectionTable, where, { orderBy, limit });
  return rows.map((row) => ({
    disconnectionId: row.disconnectionId,
    connectionId: row.connectionId,
    provider: row.provider,
    accountName: row.accountName,
    state: row.state,
    requestedAt: row.requestedAt.toISOString(),
    requestedBy: row.requestedBy,
    missing: row.missing,
    askedAt: row.askedAt.toISOString(),
    askedCount: row.askedCount,
    revocation: row.revocation ?? null,
    revocationReason: row.revocationReason ?? null,
    revocationAttempts: row.revocationAttempts,
    remains: row.remains,
    finishedAt: row.finishedAt?.toISOString() ?? null,
  }));
}
