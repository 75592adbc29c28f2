import type { ConnectionStatus, Provider, Region } from '@firmbridge/contracts';
import type { Tx } from '@firmbridge/database';

/** A credential beside what is needed of its connection. Tokens are sealed; durations are by the database's clock. */
export interface Credential {
  readonly tenantId: string;
  readonly connectionId: string;
  readonly provider: Provider;
  readonly region: Region;
  readonly accountId: string;
  readonly apiOrigin: string;
  readonly status: ConnectionStatus;
  readonly statusReason: string | null;
  readonly kind: 'oauth' | 'private_token';
  readonly accessToken: string;
  readonly refreshToken: string | null;
  readonly previousRefreshToken: string | null;
  readonly generation: number;
  readonly expiresAt: string | null;
  readonly expiresInMs: number | null;
  readonly lifetimeMs: number | null;
  readonly isLeased: boolean;
  /** Of the pause after a failed refresh; not positive when there is none. */
  readonly retryInMs: number;
  readonly attemptStartedAt: string | null;
  readonly failureCount: number;
}

const milliseconds = (interval: string) => `(extract(epoch from ${interval}) * 1000)::float8`;

const select = `
  select k.tenant_id as "tenantId", k.connection_id as "connectionId", c.provider, c.region, c.account_id as "accountId",
         c.api_origin as "apiOrigin", c.status, c.status_reason as "statusReason", c.credential as kind,
         k.access_token as "accessToken", k.refresh_token as "refreshToken", k.previous_refresh_token as "previousRefreshToken",
         k.generation, to_json(k.expires_at) #>> '{}' as "expiresAt",
         ${milliseconds('k.expires_at - clock_timestamp()')} as "expiresInMs",
         ${milliseconds('k.expires_at - k.granted_at')} as "lifetimeMs",
         coalesce(k.lease_until > clock_timestamp(), false) as "isLeased",
         coalesce(${milliseconds('k.retry_at - clock_timestamp()')}, 0) as "retryInMs",
         to_json(k.attempt_started_at) #>> '{}' as "attemptStartedAt", k.failure_count as "failureCount"
    from credential k join connection c using (tenant_id, connection_id)
   where k.connection_id = $1`;

export async function findCredential(tx: Tx, connectionId: string): Promise<Credential | null> {
  const rows = await tx.query<Credential>(select, [connectionId]);
  return rows[0] ?? null;
}

/** Locks connection and credential for the transaction: what happens to them happens one after the other. */
export async function lockCredential(tx: Tx, connectionId: string): Promise<Credential | null> {
  const rows = await tx.query<Credential>(`${select} for update`, [connectionId]);
  return rows[0] ?? null;
}

/** The right to refresh, and the record that it is about to happen. The row must be locked. */
export async function takeLease(tx: Tx, connectionId: string, owner: string, leaseMs: number): Promise<void> {
  await tx.query(
    `update credential set lease_owner = $2, lease_until = clock_timestamp() + $3 * interval '1 millisecond',
            attempt_started_at = clock_timestamp()
      where connection_id = $1`,
    [connectionId, owner, leaseMs],
  );
}

export interface SealedGrant {
  readonly accessToken: string;
  readonly refreshToken: string;
  readonly previousRefreshToken: string | null;
  readonly expiresInSeconds: number;
}

/**
 * False when another generation is stored already. The lease is not asked: whoever has tokens of the provider for this
 * generation stores them, or a holder that was slow would lose a rotated token.
 */
export async function storeRefreshed(tx: Tx, connectionId: string, generation: number, grant: SealedGrant) {
  const rows = await tx.query(
    `update credential set access_token = $3, refresh_token = $4, previous_refresh_token = $5, generation = generation + 1,
            granted_at = clock_timestamp(), expires_at = clock_timestamp() + $6 * interval '1 second',
            lease_owner = null, lease_until = null, attempt_started_at = null, failure_count = 0, retry_at = null
      where connection_id = $1 and generation = $2 returning generation`,
    [
      connectionId,
      generation,
      grant.accessToken,
      grant.refreshToken,
      grant.previousRefreshToken,
      grant.expiresInSeconds,
    ],
  );
  return rows.length === 1;
}

export interface Pause {
  readonly pauseMs: number;
  /** The provider may have acted although we have no answer: the mark of the attempt stays. */
  readonly isSuspect: boolean;
}

/** Gives the lease back after a refresh that changed nothing; nobody tries again before the pause is over. */
export async function pauseRefresh(tx: Tx, connectionId: string, owner: string, { pauseMs, isSuspect }: Pause) {
  await tx.query(
    `update credential set lease_owner = null, lease_until = null,
            attempt_started_at = case when $4 then attempt_started_at end,
            failure_count = failure_count + 1, retry_at = clock_timestamp() + $3 * interval '1 millisecond'
      where connection_id = $1 and lease_owner = $2`,
    [connectionId, owner, pauseMs, isSuspect],
  );
}

/** After an attempt that ended for good. The row must be locked. */
export async function releaseLease(tx: Tx, connectionId: string): Promise<void> {
  await tx.query(
    'update credential set lease_owner = null, lease_until = null, attempt_started_at = null where connection_id = $1',
    [connectionId],
  );
}

export interface NewCredential {
  readonly tenantId: string;
  readonly connectionId: string;
  readonly accessToken: string;
  readonly refreshToken: string | null;
  readonly expiresInSeconds: number | null;
}

/** Tokens of a person's consent replace whatever was there; a refresh under way is fenced out by the new generation. */
export async function saveCredential(tx: Tx, credential: NewCredential): Promise<void> {
  await tx.query(
    `insert into credential as known (tenant_id, connection_id, access_token, refresh_token, generation, granted_at, expires_at,
                                      failure_count)
     values ($1, $2, $3, $4, 1, clock_timestamp(), clock_timestamp() + $5 * interval '1 second', 0)
     on conflict (tenant_id, connection_id) do update set
       access_token = excluded.access_token, refresh_token = excluded.refresh_token, previous_refresh_token = null,
       generation = known.generation + 1, granted_at = excluded.granted_at, expires_at = excluded.expires_at,
       lease_owner = null, lease_until = null, attempt_started_at = null, failure_count = 0, retry_at = null`,
    [
      credential.tenantId,
      credential.connectionId,
      credential.accessToken,
      credential.refreshToken,
      credential.expiresInSeconds,
    ],
  );
}
