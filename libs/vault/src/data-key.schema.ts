import { type EntityDefinition, type SchemaMigration, tenantTable } from '@firmbridge/database';
import { defineEntity, p } from '@mikro-orm/postgresql';

const DataKeySchema = defineEntity({
  name: 'DataKey',
  tableName: 'data_key',
  checks: [{ name: 'data_key_gone_when_destroyed', expression: '(wrapped is null) = (destroyed_at is not null)' }],
  uniques: [{ name: 'data_key_one_in_use', properties: ['tenantId'], where: 'destroyed_at is null' }],
  properties: {
    tenantId: p.uuid().primary(),
    keyId: p.text().primary(),
    wrapped: p.text().nullable(),
    kekId: p.text(),
    createdAt: p.datetime().defaultRaw('clock_timestamp()'),
    destroyedAt: p.datetime().nullable(),
  },
});

/** Mapped only so that drift checks know the table; the vault reads and writes it with SQL. */
export const vaultEntities: readonly EntityDefinition[] = [DataKeySchema];

// The row of a destroyed key stays, without its key, to tell "destroyed" from "never existed".
const table = `create table data_key (
  tenant_id uuid not null,
  key_id text not null,
  wrapped text null,
  kek_id text not null,
  created_at timestamptz not null default clock_timestamp(),
  destroyed_at timestamptz null,
  primary key (tenant_id, key_id),
  constraint data_key_gone_when_destroyed check ((wrapped is null) = (destroyed_at is not null))
)`;

const oneInUse = 'create unique index data_key_one_in_use on data_key (tenant_id) where destroyed_at is null';

export const vaultMigrations: readonly SchemaMigration[] = [
  {
    name: 'vault-001-data-key',
    up: (names) => [
      table,
      oneInUse,
      ...tenantTable(names, 'data_key', {
        privileges: ['select', 'insert', 'update'],
        allTenantsPrivileges: ['select'],
      }),
    ],
  },
];
