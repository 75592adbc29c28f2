import type { Tx } from '@firmbridge/database';
import { asInterval, utcText } from './sql-time.js';

export type SetupKind = 'first_administrator' | 'invitation';

export interface OpenSetup {
  readonly tenantId: string;
  readonly kind: SetupKind;
  readonly expiresAt: string;
  readonly firmName: string | null;
  /** Of the person who is invited. */
  readonly personId: string | null;
  readonly email: string | null;
  readonly name: string | null;
}

/** To be asked across tenants: whoever comes with a link names no firm. */
export async function findOpenSetup(tx: Tx, tokenHash: string): Promise<OpenSetup | null> {
  const rows = await tx.query<OpenSetup>(
    `select k.tenant_id as "tenantId", k.kind, ${utcText('k.expires_at')} as "expiresAt", t.name as "firmName",
            k.person_id as "personId", p.email, p.name
       from setup_token k join tenant t using (tenant_id) left join person p using (tenant_id, person_id)
      where k.token_hash = $1 and k.expires_at > clock_timestamp()`,
    [tokenHash],
  );
  return rows[0] ?? null;
}

export interface NewSetupToken {
  readonly tenantId: string;
  readonly tokenHash: string;
  /** Null for the first administrator. */
  readonly personId: string | null;
  readonly createdBy: string;
  readonly lifetimeMs: number;
}

/** The only one for the person, or for the first administrator: earlier ones are gone. Returns when it ends. */
export async function replaceSetupToken(tx: Tx, token: NewSetupToken): Promise<string> {
  await removeSetupTokens(tx, token.tenantId, token.personId);
  const [row] = await tx.query<{ expiresAt: string }>(
    `insert into setup_token (tenant_id, token_hash, kind, person_id, created_by, expires_at)
     values ($1, $2, $3, $4, $5, clock_timestamp() + ${asInterval('$6')})
     returning ${utcText('expires_at')} as "expiresAt"`,
    [
      token.tenantId,
      token.tokenHash,
      token.personId === null ? 'first_administrator' : 'invitation',
      token.personId,
      token.createdBy,
      token.lifetimeMs,
    ],
  );
  return row?.expiresAt ?? '';
}

export async function removeSetupTokens(tx: Tx, tenantId: string, personId: string | null): Promise<void> {
  await tx.query('delete from setup_token where tenant_id = $1 and person_id is not distinct from $2::uuid', [
    tenantId,
    personId,
  ]);
}

/** True for exactly one caller. */
export async function useSetupToken(tx: Tx, tenantId: string, tokenHash: string): Promise<boolean> {
  const rows = await tx.query(
    `delete from setup_token where tenant_id = $1 and token_hash = $2 and expires_at > clock_timestamp()
     returning token_hash`,
    [tenantId, tokenHash],
  );
  return rows.length === 1;
}

/** To be asked across tenants. */
export async function removeOverSetupTokens(tx: Tx): Promise<number> {
  const rows = await tx.query('delete from setup_token where expires_at < clock_timestamp() returning token_hash');
  return rows.length;
}
