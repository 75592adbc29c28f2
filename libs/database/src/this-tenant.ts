import { quoteName } from './identifiers.js';
import type { SchemaNames } from './schema-names.js';
import { tenantSetting } from './tenant-table.js';

/**
 * Statements that give the schema `this_tenant()`: the tenant of the transaction, or an error where there is none. To be
 * written `tenant_id = (select this_tenant())`: a sub-select is evaluated once per statement and can be looked up in an index.
 */
export function thisTenantFunction(names: SchemaNames): string[] {
  const name = `${quoteName(names.schema)}.this_tenant()`;
  return [
    `create or replace function ${name} returns uuid language plpgsql stable parallel safe as $$
     declare
       known text := nullif(current_setting('${tenantSetting}', true), '');
     begin
       if known is null then
         raise exception 'The statement asks for the tenant of a transaction that has none.';
       end if;
       return known::uuid;
     end $$`,
    `grant execute on function ${name} to ${quoteName(names.role)}, ${quoteName(names.allTenantsRole)}`,
  ];
}
