import type { Provider, Region } from '@firmbridge/contracts';
import type { Tx } from '@firmbridge/database';

export interface OauthState {
  readonly tenantId: string;
  readonly stateHash: string;
  readonly provider: Provider;
  readonly region: Region;
  readonly returnTo: string | null;
  /** The connection that is to be connected again. */
  readonly connectionId: string | null;
  /** Of what the browser that may finish shows; null while nobody has confirmed that the sign-in is theirs. */
  readonly nonceHash: string | null;
  readonly correlationId: string;
  readonly actor: string;
}

export type NewOauthState = OauthState & { readonly lifetimeMs: number };

/** Keeps it for its lifetime and returns when that ends; what is long over is removed by the way. */
export async function addOauthState(tx: Tx, state: NewOauthState): Promise<Date> {
  await tx.query(
    `delete from oauth_state where tenant_id = (select this_tenant()) and expires_at < clock_timestamp() - interval '1 day'`,
  );
  const [row] = await tx.query<{ expiresAt: string }>(
    `insert into oauth_state (tenant_id, state_hash, provider, region, return_to, connection_id, nonce_hash, correlation_id,
                              actor, expires_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, clock_timestamp() + $10 * interval '1 millisecond')
     returning to_json(expires_at) #>> '{}' as "expiresAt"`,
    [
      state.tenantId,
      state.stateHash,
      state.provider,
      state.region,
      state.returnTo,
      state.connectionId,
      state.nonceHash,
      state.correlationId,
      state.actor,
      state.lifetimeMs,
    ],
  );
  return new Date(row?.expiresAt ?? Number.NaN);
}

const columns = `tenant_id as "tenantId", state_hash as "stateHash", provider, region, return_to as "returnTo",
  connection_id as "connectionId", nonce_hash as "nonceHash", correlation_id as "correlationId", actor`;
const isOpen = 'used_at is null and expires_at > clock_timestamp()';

/** Ties the sign-in to the browser of whoever confirms it; null when it is unknown, over, used or tied already. */
export async function bindOauthState(tx: Tx, stateHash: string, nonceHash: string): Promise<OauthState | null> {
  const rows = await tx.query<OauthState>(
    `update oauth_state set nonce_hash = $2 where state_hash = $1 and nonce_hash is null and ${isOpen} returning ${columns}`,
    [stateHash, nonceHash],
  );
  return rows[0] ?? null;
}

export async function findOpenOauthState(tx: Tx, stateHash: string): Promise<OauthState | null> {
  const rows = await tx.query<OauthState>(`select ${columns} from oauth_state where state_hash = $1 and ${isOpen}`, [
    stateHash,
  ]);
  return rows[0] ?? null;
}

/** Where the provider keeps the state to itself: the sign-in that this browser began last. */
export async function findOauthStateOfBrowser(
  tx: Tx,
  provider: Provider,
  nonceHash: string,
): Promise<OauthState | null> {
  const rows = await tx.query<OauthState>(
    `select ${columns} from oauth_state
      where nonce_hash = $1 and provider = $2 and ${isOpen} order by expires_at desc limit 1`,
    [nonceHash, provider],
  );
  return rows[0] ?? null;
}

/** True for exactly one caller. */
export async function useOauthState(tx: Tx, stateHash: string): Promise<boolean> {
  const rows = await tx.query(
    `update oauth_state set used_at = clock_timestamp()
      where tenant_id = (select this_tenant()) and state_hash = $1 and ${isOpen} returning state_hash`,
    [stateHash],
  );
  return rows.length === 1;
}
