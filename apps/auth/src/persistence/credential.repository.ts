import type { ConnectionStatus, Provider, Region } from '@firmbridge/contracts';
import type { Tx } from '@firmbridge/database';
import type { ConnectionRole } from '../domain/connection-role.js';
import type { TokenLife } from '../domain/token-life.js';

/** A credential beside what is needed of its connection. Tokens are sealed; durations are by the database's clock. */
export interface Credential {
  readonly tenantId: string;
  readonly connectionId: string;
  readonly provider: Provider;
  readonly region: Region;
  readonly role: ConnectionRole;
  readonly accountId: string;
  readonly apiOrigin: string;
  readonly status: ConnectionStatus;
  readonly statusReason: string | null;
  readonly kind: 'oauth' | 'private_token';
  readonly accessToken: string;
  readonly refreshToken: string | null;
  readonly previousRefreshToken: string | null;
  /** By whose token these tokens can be had again. */
  readonly agencyId: string | null;
  readonly generation: number;
  readonly expiresAt: string | null;
  readonly expiresInMs: number | null;
  /** Until it is due to be refreshed; negative once it is. */
  readonly refreshInMs: number | null;
  readonly isLeased: boolean;
  /** Of the pause after a failed refresh; not positive when there is none. */
  readonly retryInMs: number;
  readonly attemptStartedAt: string | null;
  readonly failureCount: number;
}

const milliseconds = (interval: string) => `(extract(epoch from ${interval}) * 1000)::float8`;

const select = `
  select k.tenant_id as "tenantId", k.connection_id as "connectionId", c.provider, c.region, c.role,
         c.account_id as "accountId", c.api_origin as "apiOrigin", c.status, c.status_reason as "statusReason", c.credential as kind,
         k.access_token as "accessToken", k.refresh_token as "refreshToken", k.previous_refresh_token as "previousRefreshToken",
         k.agency_id as "agencyId", k.generation, to_json(k.expires_at) #>> '{}' as "expiresAt",
         ${milliseconds('k.expires_at - clock_timestamp()')} as "expiresInMs",
         ${milliseconds('k.refresh_at - clock_timestamp()')} as "refreshInMs",
         coalesce(k.lease_until > clock_timestamp(), false) as "isLeased",
         coalesce(${milliseconds('k.retry_at - clock_timestamp()')}, 0) as "retryInMs",
         to_json(k.attempt_started_at) #>> '{}' as "attemptStartedAt", k.failure_count as "failureCount"
    from credential k join connection c using (tenant_id, connection_id)`;
const ofConnection = `${select} where k.tenant_id = (select this_tenant()) and k.connection_id = $1`;

export async function findCredential(tx: Tx, connectionId: string): Promise<Credential | null> {
  const rows = await tx.query<Credential>(ofConnection, [connectionId]);
  return rows[0] ?? null;
}

/** Locks connection and credential for the transaction: what happens to them happens one after the other. */
export async function lockCredential(tx: Tx, connectionId: string): Promise<Credential | null> {
  const rows = await tx.query<Credential>(`${ofConnection} for update`, [connectionId]);
  return rows[0] ?? null;
}

/**
 * Locks a credential that is due, over all tenants, the longest overdue first. Not those that somebody else looks at or
 * refreshes, that rest after a failure, or whose connection is dead or about to be revoked.
 */
export async function lockDueCredential(tx: Tx): Promise<Credential | null> {
  const rows = await tx.query<Credential>(
    `${select}
      where k.refresh_at <= clock_timestamp() and c.status = 'active'
        and (k.retry_at is null or k.retry_at <= clock_timestamp())
        and (k.lease_until is null or k.lease_until <= clock_timestamp())
        and not exists (select from disconnection d
                         where d.tenant_id = k.tenant_id and d.connection_id = k.connection_id and d.state = 'revoking')
      order by k.refresh_at limit 1 for update skip locked`,
  );
  return rows[0] ?? null;
}

/** The right to refresh, and the record that it is about to happen. The row must be locked. */
export async function takeLease(
  tx: Tx,
  { tenantId, connectionId }: Pick<Credential, 'tenantId' | 'connectionId'>,
  owner: string,
  leaseMs: number,
): Promise<void> {
  await tx.query(
    `update credential set lease_owner = $2, lease_until = clock_timestamp() + $3 * interval '1 millisecond',
            attempt_started_at = clock_timestamp()
      where tenant_id = $4 and connection_id = $1`,
    [connectionId, owner, leaseMs, tenantId],
  );
}

/** Whoever is still at it keeps the right; false when it has run out or is somebody else's. */
export async function extendLease(tx: Tx, connectionId: string, owner: string, leaseMs: number): Promise<boolean> {
  const rows = await tx.query(
    `update credential set lease_until = clock_timestamp() + $3 * interval '1 millisecond'
      where tenant_id = (select this_tenant()) and connection_id = $1 and lease_owner = $2
        and lease_until > clock_timestamp() returning generation`,
    [connectionId, owner, leaseMs],
  );
  return rows.length === 1;
}

export interface SealedGrant {
  readonly accessToken: string;
  /** Null only for a location whose agency can be asked again. */
  readonly refreshToken: string | null;
  readonly previousRefreshToken: string | null;
  readonly life: TokenLife;
}

/**
 * False when another generation is stored already. The lease is not asked: whoever has tokens of the provider for this
 * generation stores them, or a holder that was slow would lose a rotated token.
 */
export async function storeRefreshed(tx: Tx, connectionId: string, generation: number, grant: SealedGrant) {
  const rows = await tx.query(
    `update credential set access_token = $3, refresh_token = $4, previous_refresh_token = $5, generation = generation + 1,
            granted_at = clock_timestamp(), expires_at = clock_timestamp() + $6 * interval '1 millisecond',
            refresh_at = clock_timestamp() + $7 * interval '1 millisecond',
            lease_owner = null, lease_until = null, attempt_started_at = null, failure_count = 0, retry_at = null
      where tenant_id = (select this_tenant()) and connection_id = $1 and generation = $2 returning generation`,
    [
      connectionId,
      generation,
      grant.accessToken,
      grant.refreshToken,
      grant.previousRefreshToken,
      grant.life.expiresInMs,
      grant.life.refreshInMs,
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
      where tenant_id = (select this_tenant()) and connection_id = $1 and lease_owner = $2`,
    [connectionId, owner, pauseMs, isSuspect],
  );
}

/** After an attempt that ended for good. The row must be locked. */
export async function releaseLease(tx: Tx, connectionId: string): Promise<void> {
  await tx.query(
    `update credential set lease_owner = null, lease_until = null, attempt_started_at = null
     where tenant_id = (select this_tenant()) and connection_id = $1`,
    [connectionId],
  );
}

export interface NewCredential {
  readonly tenantId: string;
  readonly connectionId: string;
  readonly accessToken: string;
  readonly refreshToken: string | null;
  readonly agencyId: string | null;
  /** Null for a token that does not expire. */
  readonly life: TokenLife | null;
}

/** Tokens of a person's consent replace whatever was there; a refresh under way is fenced out by the new generation. */
export async function saveCredential(tx: Tx, credential: NewCredential): Promise<void> {
  await tx.query(
    `insert into credential as known (tenant_id, connection_id, access_token, refresh_token, agency_id, generation, granted_at,
                                      expires_at, refresh_at, failure_count)
     values ($1, $2, $3, $4, $5, 1, clock_timestamp(), clock_timestamp() + $6 * interval '1 millisecond',
             clock_timestamp() + $7 * interval '1 millisecond', 0)
     on conflict (tenant_id, connection_id) do update set
       access_token = excluded.access_token, refresh_token = excluded.refresh_token, previous_refresh_token = null,
       agency_id = excluded.agency_id, generation = known.generation + 1, granted_at = excluded.granted_at,
       expires_at = excluded.expires_at, refresh_at = excluded.refresh_at,
       lease_owner = null, lease_until = null, attempt_started_at = null, failure_count = 0, retry_at = null`,
    [
      credential.tenantId,
      credential.connectionId,
      credential.accessToken,
      credential.refreshToken,
      credential.agencyId,
      credential.life?.expiresInMs ?? null,
      credential.life?.refreshInMs ?? null,
    ],
  );
}

/** The tokens are gone from the table; whoever still has them in hand can store no new ones. */
export async function destroyCredential(tx: Tx, connectionId: string): Promise<void> {
  await tx.query('delete from credential where tenant_id = (select this_tenant()) and connection_id = $1', [
    connectionId,
  ]);
}

/** After the app's secret has changed: what failed for it is tried again at once. To be done across tenants. */
export async function endPauses(tx: Tx, provider: Provider, region: Region): Promise<void> {
  await tx.query(
    `update credential k set retry_at = null from connection c
      where c.tenant_id = k.tenant_id and c.connection_id = k.connection_id and c.provider = $1 and c.region = $2`,
    [provider, region],
  );
}
