import { schemaNames, type ServiceSchema } from '@firmbridge/database';

/** What the migrations run, each statement in one line. */
export function migrationsOf(schemas: readonly ServiceSchema[]): string[] {
  const steps = schemas.flatMap(({ service, migrations }) => migrations.flatMap(({ up }) => up(schemaNames(service))));
  return steps.map((sql) => sql.replace(/\s+/g, ' ').trim());
}

/** The tables that migrations shut off between tenants. */
export function tenantTablesIn(migrations: readonly string[]): Set<string> {
  const policies = migrations.flatMap((sql) => [...sql.matchAll(/create policy one_tenant on "(\w+)"/g)]);
  return new Set(policies.map(([, table]) => table ?? ''));
}

/** Whether migrations run the statement, whatever they put into its gaps. */
export function isMigration(sql: string, migrations: readonly string[]): boolean {
  const pieces = sql.split(/\$\{[^}]*\}/).map((piece) => piece.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&'));
  const pattern = new RegExp(`^${pieces.join('.*')}$`);
  return migrations.some((migration) => pattern.test(migration));
}

const reference = /\b(?:from|join|into|update|using) (?:only )?(?:[^\s(),]+\.)?"?([a-z_]+)\b/g;
const ofOneTenant = /(?<! is null or (?:\w+\.)?)\btenant_id = (?:\$\d|any \(\$\d|\(select this_tenant\(\)\))/;
const intoOneTenant = /\binsert into \S+(?: as \w+)? \(tenant_id,[^)]*\) (?:values \(|select )\$\d/;
const mention = /\btenant_id\b/g;

/**
 * What a statement lacks that reads or writes tables of tenants: it names the tenant whose rows it means, and `tenant_id` as often
 * as such tables, since a join by another column alone would reach over.
 */
export function lackOf(sql: string, tables: ReadonlySet<string>): 'no tenant' | 'a table without its tenant' | null {
  const used = [...sql.matchAll(reference)].filter(([, table]) => tables.has(table ?? '')).length;
  if (used === 0) return null;
  if (!ofOneTenant.test(sql) && !intoOneTenant.test(sql)) return 'no tenant';
  return (sql.match(mention)?.length ?? 0) < used ? 'a table without its tenant' : null;
}
