import { isPermission, type ApiKey, type KnownApiKey } from '@firmbridge/contracts';
import type { Tx } from '@firmbridge/database';
import { utcText } from './sql-time.js';

export interface StoredKey {
  readonly key: KnownApiKey;
  readonly secretHash: string;
  readonly isUsedToday: boolean;
}

const today = "(clock_timestamp() at time zone 'utc')::date";
const facts = `key_id as "keyId", name, role, to_json(permissions) as permissions, ${utcText('expires_at')} as "expiresAt"`;

/** A key that is good, without its secret having been looked at. To be asked across tenants: a key names no firm. */
export async function findApiKey(tx: Tx, keyId: string): Promise<StoredKey | null> {
  const [row] = await tx.query<KnownApiKey & Omit<StoredKey, 'key'>>(
    `select tenant_id as "tenantId", ${facts}, secret_hash as "secretHash",
            last_used_on is not distinct from ${today} as "isUsedToday"
       from api_key
      where key_id = $1 and revoked_at is null and (expires_at is null or expires_at > clock_timestamp())`,
    [keyId],
  );
  if (row === undefined) return null;
  const { secretHash, isUsedToday, ...key } = row;
  return { key: known(key), secretHash, isUsedToday };
}

export async function noteKeyUse(tx: Tx, tenantId: string, keyId: string): Promise<void> {
  await tx.query(`update api_key set last_used_on = ${today} where tenant_id = $1 and key_id = $2`, [tenantId, keyId]);
}

/** The newest first, expired ones too. */
export async function findApiKeys(tx: Tx, tenantId: string): Promise<ApiKey[]> {
  const rows = await tx.query<ApiKey>(
    `select ${facts}, ${utcText('created_at')} as "createdAt", created_by as "createdBy",
            to_char(last_used_on, 'YYYY-MM-DD') as "lastUsedOn"
       from api_key where tenant_id = $1 and revoked_at is null order by created_at desc, key_id`,
    [tenantId],
  );
  return rows.map(known);
}

/** One that a release before this one knew allows nothing. */
function known<Key extends { permissions: ApiKey['permissions'] }>(key: Key): Key {
  return { ...key, permissions: key.permissions?.filter(isPermission) ?? null };
}

export type NewApiKey = Omit<ApiKey, 'createdAt' | 'lastUsedOn'> & {
  readonly tenantId: string;
  readonly secretHash: string;
};

export async function addApiKey(tx: Tx, key: NewApiKey): Promise<void> {
  await tx.query(
    `insert into api_key (tenant_id, key_id, name, secret_hash, role, permissions, created_by, created_at, expires_at)
     values ($1, $2, $3, $4, $5, $6, $7, clock_timestamp(), $8)`,
    [key.tenantId, key.keyId, key.name, key.secretHash, key.role, key.permissions, key.createdBy, key.expiresAt],
  );
}

/** False when the tenant has no such key. The first revocation counts. */
export async function revokeApiKey(tx: Tx, tenantId: string, keyId: string): Promise<boolean> {
  const rows = await tx.query(
    `update api_key set revoked_at = coalesce(revoked_at, clock_timestamp())
      where tenant_id = $1 and key_id = $2 returning key_id`,
    [tenantId, keyId],
  );
  return rows.length === 1;
}
