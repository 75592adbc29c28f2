import { AppError } from '@firmbridge/contracts';
import type { Client } from 'pg';
import { quoteName, quoteText } from './identifiers.js';
import type { SchemaNames } from './schema-names.js';
import { sqlState } from './sql-state.js';

const attempts = 20;

// Roles belong to the whole server while advisory locks belong to one database, so two databases of a server may create
// the same role at once: unique_violation, duplicate_object, "tuple concurrently updated" (internal_error).
const racedAway = new Set(['23505', '42710', 'XX000']);

/**
 * Creates the two roles of a service where they are missing. The service role may take on the all-tenants role but does
 * not have its rights by itself; a role that could pass row-level security by is refused.
 */
export async function ensureRoles(client: Client, names: SchemaNames, rolePassword?: string): Promise<void> {
  const role = quoteName(names.role);
  const allTenants = quoteName(names.allTenantsRole);
  await ensureRole(client, names.role, `create role ${role} login noinherit nosuperuser nobypassrls`);
  await ensureRole(client, names.allTenantsRole, `create role ${allTenants} nologin noinherit nosuperuser nobypassrls`);
  await settle(async () => {
    if (!(await isMember(client, names))) await client.query(`grant ${allTenants} to ${role}`);
  });
  if (rolePassword !== undefined) {
    await settle(() => client.query(`alter role ${role} password ${quoteText(rolePassword)}`));
  }
  await refuseUnsafeRoles(client, names);
}

async function ensureRole(client: Client, role: string, statement: string): Promise<void> {
  await settle(async () => {
    const { rowCount } = await client.query('select from pg_roles where rolname = $1', [role]);
    if (rowCount === 0) await client.query(statement);
  });
}

async function isMember(client: Client, names: SchemaNames): Promise<boolean> {
  const { rows } = await client.query<{ member: boolean }>("select pg_has_role($1, $2, 'MEMBER') as member", [
    names.role,
    names.allTenantsRole,
  ]);
  return rows[0]?.member === true;
}

async function refuseUnsafeRoles(client: Client, names: SchemaNames): Promise<void> {
  const { rows } = await client.query<{ rolname: string }>(
    `select rolname from pg_roles
      where rolname in ($1, $2) and (rolsuper or rolbypassrls)
         or rolname = $1 and pg_has_role($1, $2, 'USAGE')`,
    [names.role, names.allTenantsRole],
  );
  if (rows.length === 0) return;
  const unsafe = rows.map(({ rolname }) => rolname).join(', ');
  throw new AppError(
    'internal',
    'database.unsafe_role',
    `Row-level security would not bind ${unsafe}: the role must be NOSUPERUSER, NOBYPASSRLS and NOINHERIT.`,
  );
}

/** Repeats a step that looks before it acts until no other session is ahead of it between the two. */
async function settle(step: () => Promise<unknown>): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      await step();
      return;
    } catch (error) {
      if (attempt === attempts || !racedAway.has(sqlState(error) ?? '')) throw error;
    }
  }
}
