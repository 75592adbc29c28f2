import type { Person, Role } from '@firmbridge/contracts';
import type { Tx } from '@firmbridge/database';
import { utcText } from './sql-time.js';

/** Of an active person; what login needs. */
export interface LoginIdentity {
  readonly tenantId: string;
  readonly personId: string;
  readonly passwordHash: string;
}

/** To be asked across tenants: whoever logs in names no firm. Null also for somebody who may not log in. */
export async function findLoginIdentity(tx: Tx, email: string): Promise<LoginIdentity | null> {
  const rows = await tx.query<LoginIdentity>(
    `select tenant_id as "tenantId", person_id as "personId", password_hash as "passwordHash" from person
      where email = $1 and status = 'active'`,
    [email],
  );
  return rows[0] ?? null;
}

const columns = `person_id as "personId", email, name, to_json(roles) as roles, status,
  ${utcText('created_at')} as "createdAt", ${utcText('last_login_at')} as "lastLoginAt"`;

/** In the order of their e-mail addresses, those after the given one. */
export function findPeople(tx: Tx, tenantId: string, after: string, limit: number): Promise<Person[]> {
  return tx.query<Person>(
    `select ${columns} from person where tenant_id = $1 and email collate "C" > $2 order by email collate "C" limit $3`,
    [tenantId, after, limit],
  );
}

/** Locks the person for the transaction. */
export async function lockPerson(
  tx: Tx,
  tenantId: string,
  by: { readonly personId: string } | { readonly email: string },
): Promise<Person | null> {
  const [column, value] = 'personId' in by ? ['person_id', by.personId] : ['email', by.email];
  const rows = await tx.query<Person>(
    `select ${columns} from person where tenant_id = $1 and ${column} = $2 for update`,
    [tenantId, value],
  );
  return rows[0] ?? null;
}

export interface NewPerson {
  readonly tenantId: string;
  readonly personId: string;
  readonly email: string;
  readonly name: string;
  readonly roles: readonly Role[];
  /** Null for somebody who is invited. */
  readonly passwordHash: string | null;
}

/** Fails with a unique violation when anybody has the address. */
export async function addPerson(tx: Tx, person: NewPerson): Promise<void> {
  await tx.query(
    `insert into person (tenant_id, person_id, email, name, roles, status, password_hash, created_at)
     values ($1, $2, $3, $4, $5, $6, $7, clock_timestamp())`,
    [
      person.tenantId,
      person.personId,
      person.email,
      person.name,
      person.roles,
      person.passwordHash === null ? 'invited' : 'active',
      person.passwordHash,
    ],
  );
}

/** Invites somebody who is known again; an old password is no longer good. */
export async function inviteAgain(
  tx: Tx,
  { tenantId, personId, name, roles }: Omit<NewPerson, 'email' | 'passwordHash'>,
): Promise<void> {
  await tx.query(
    `update person set status = 'invited', password_hash = null, name = $3, roles = $4
      where tenant_id = $1 and person_id = $2`,
    [tenantId, personId, name, roles],
  );
}

/** False when the person is not waiting for it. */
export async function acceptInvitation(
  tx: Tx,
  { tenantId, personId, name, passwordHash }: Omit<NewPerson, 'email' | 'roles'>,
): Promise<boolean> {
  const rows = await tx.query(
    `update person set status = 'active', name = $3, password_hash = $4
      where tenant_id = $1 and person_id = $2 and status = 'invited' returning person_id`,
    [tenantId, personId, name, passwordHash],
  );
  return rows.length === 1;
}

export async function setRoles(tx: Tx, tenantId: string, personId: string, roles: readonly Role[]): Promise<void> {
  await tx.query('update person set roles = $3 where tenant_id = $1 and person_id = $2', [tenantId, personId, roles]);
}

export async function deactivate(tx: Tx, tenantId: string, personId: string): Promise<void> {
  await tx.query(
    "update person set status = 'deactivated', password_hash = null where tenant_id = $1 and person_id = $2",
    [tenantId, personId],
  );
}

/**
 * Notes a login, with a better hash of the same password if there is one. False when the password that was verified is not
 * the person's any more, or the person was shut out meanwhile. Locks the person.
 */
export async function noteLogin(tx: Tx, who: LoginIdentity, renewedHash: string | null): Promise<boolean> {
  const rows = await tx.query(
    `update person set last_login_at = clock_timestamp(), password_hash = coalesce($4, password_hash)
      where tenant_id = $1 and person_id = $2 and status = 'active' and password_hash = $3 returning person_id`,
    [who.tenantId, who.personId, who.passwordHash, renewedHash],
  );
  return rows.length === 1;
}

/** False when the password that was verified is not the person's any more. */
export async function replacePassword(tx: Tx, who: LoginIdentity, passwordHash: string): Promise<boolean> {
  const rows = await tx.query(
    `update person set password_hash = $4
      where tenant_id = $1 and person_id = $2 and status = 'active' and password_hash = $3 returning person_id`,
    [who.tenantId, who.personId, who.passwordHash, passwordHash],
  );
  return rows.length === 1;
}

/** How many can administer the firm, besides the one given. The tenant must be locked for the answer to stay true. */
export async function countAdministrators(tx: Tx, tenantId: string, except: string | null = null): Promise<number> {
  const [row] = await tx.query<{ count: number }>(
    `select count(*)::int as count from person
      where tenant_id = $1 and status = 'active' and 'admin' = any (roles) and person_id is distinct from $2::uuid`,
    [tenantId, except],
  );
  return row?.count ?? 0;
}

/** Of an active person. */
export async function findEmail(tx: Tx, tenantId: string, personId: string): Promise<string | null> {
  const [row] = await tx.query<{ email: string }>(
    "select email from person where tenant_id = $1 and person_id = $2 and status = 'active'",
    [tenantId, personId],
  );
  return row?.email ?? null;
}
