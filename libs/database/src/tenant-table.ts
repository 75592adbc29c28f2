import { quoteName } from './identifiers.js';
import type { SchemaNames } from './schema-names.js';

export type TablePrivilege = 'select' | 'insert' | 'update' | 'delete';

export interface TableAccess {
  /** What both roles may do; an append-only table leaves out update and delete. */
  readonly privileges?: readonly TablePrivilege[];
  /** What the all-tenants role may do when that differs. */
  readonly allTenantsPrivileges?: readonly TablePrivilege[];
}

export const tenantSetting = 'firmbridge.tenant_id';

const everything: readonly TablePrivilege[] = ['select', 'insert', 'update', 'delete'];

// A connection that has served a tenant keeps the setting as an empty text, which is no uuid: nullif makes it "no tenant".
// The sub-select is evaluated once per statement instead of once per row.
const ofThisTenant = `tenant_id = (select nullif(current_setting('${tenantSetting}', true), '')::uuid)`;

/**
 * Statements that shut a table with a `tenant_id uuid` column off from other tenants: the service role sees and writes
 * rows of the tenant of its transaction only (none when there is no tenant), the all-tenants role sees every row, and
 * even the table's owner is bound.
 */
export function tenantTable(names: SchemaNames, table: string, access: TableAccess = {}): string[] {
  const name = quoteName(table);
  return [
    `alter table ${name} enable row level security`,
    `alter table ${name} force row level security`,
    `create policy one_tenant on ${name} to ${quoteName(names.role)} using (${ofThisTenant}) with check (${ofThisTenant})`,
    `create policy all_tenants on ${name} to ${quoteName(names.allTenantsRole)} using (true) with check (true)`,
    ...grants(names, table, access),
  ];
}

/** Statements that open a table which holds no tenant's data (places of work, settings of the installation) to the service. */
export function tenantlessTable(names: SchemaNames, table: string, access: TableAccess = {}): string[] {
  return grants(names, table, access);
}

function grants(names: SchemaNames, table: string, access: TableAccess): string[] {
  const own = access.privileges ?? everything;
  const allTenants = access.allTenantsPrivileges ?? own;
  return [
    `grant ${own.join(', ')} on ${quoteName(table)} to ${quoteName(names.role)}`,
    `grant ${allTenants.join(', ')} on ${quoteName(table)} to ${quoteName(names.allTenantsRole)}`,
  ];
}
