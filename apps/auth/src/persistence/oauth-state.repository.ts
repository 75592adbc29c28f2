import type { Provider, Region } from '@firmbridge/contracts';
import type { Tx } from '@firmbridge/database';

export interface OauthState {
  readonly tenantId: string;
  readonly stateHash: string;
  readonly provider: Provider;
  readonly region: Region;
  readonly returnTo: string | null;
  readonly nonceHash: string | null;
  readonly correlationId: string;
  readonly actor: string;
}

export type NewOauthState = Omit<OauthState, 'nonceHash'> & { readonly lifetimeMs: number };

/** Keeps it for its lifetime and returns when that ends; what is long over is removed by the way. */
export async function addOauthState(tx: Tx, state: NewOauthState): Promise<Date> {
  await tx.query("delete from oauth_state where expires_at < clock_timestamp() - interval '1 day'");
  const [row] = await tx.query<{ expiresAt: string }>(
    `insert into oauth_state (tenant_id, state_hash, provider, region, return_to, correlation_id, actor, expires_at)
     values ($1, $2, $3, $4, $5, $6, $7, clock_timestamp() + $8 * interval '1 millisecond')
     returning to_json(expires_at) #>> '{}' as "expiresAt"`,
    [
      state.tenantId,
      state.stateHash,
      state.provider,
      state.region,
      state.returnTo,
      state.correlationId,
      state.actor,
      state.lifetimeMs,
    ],
  );
  return new Date(row?.expiresAt ?? Number.NaN);
}

const columns = `tenant_id as "tenantId", state_hash as "stateHash", provider, region, return_to as "returnTo",
  nonce_hash as "nonceHash", correlation_id as "correlationId", actor`;
const isOpen = 'used_at is null and expires_at > clock_timestamp()';

/** Ties the sign-in to the first browser that opens it; null when it is unknown, over, used or tied already. */
export async function bindOauthState(tx: Tx, stateHash: string, nonceHash: string): Promise<OauthState | null> {
  const rows = await tx.query<OauthState>(
    `update oauth_state set nonce_hash = $2 where state_hash = $1 and nonce_hash is null and ${isOpen} returning ${columns}`,
    [stateHash, nonceHash],
  );
  return rows[0] ?? null;
}

/** Found by its state, or by the browser's cookie where the provider keeps the state to itself. */
export async function findOpenOauthState(
  tx: Tx,
  by: { readonly stateHash: string } | { readonly nonceHash: string },
): Promise<OauthState | null> {
  const [column, hash] = 'stateHash' in by ? ['state_hash', by.stateHash] : ['nonce_hash', by.nonceHash];
  const rows = await tx.query<OauthState>(`select ${columns} from oauth_state where ${column} = $1 and ${isOpen}`, [
    hash,
  ]);
  return rows[0] ?? null;
}

/** True for exactly one caller. */
export async function useOauthState(tx: Tx, stateHash: string): Promise<boolean> {
  const rows = await tx.query(
    `update oauth_state set used_at = clock_timestamp() where state_hash = $1 and ${isOpen} returning state_hash`,
    [stateHash],
  );
  return rows.length === 1;
}
