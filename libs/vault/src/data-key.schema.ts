import { type EntityDefinition, type SchemaMigration, tenantlessTable, tenantTable } from '@firmbridge/database';
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

const KeyWitnessSchema = defineEntity({
  name: 'KeyWitness',
  tableName: 'key_witness',
  properties: {
    kekId: p.text().primary(),
    wrapped: p.text(),
    createdAt: p.datetime().defaultRaw('clock_timestamp()'),
  },
});

/** Mapped only so that drift checks know the tables; the vault reads and writes them with SQL. */
export const vaultEntities: readonly EntityDefinition[] = [DataKeySchema, KeyWitnessSchema];

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

// Something wrapped with each key-encryption key when it was first current, so that another key of that name is noticed at the
// next start, also while it has wrapped no tenant's key yet.
const witnesses = `create table key_witness (
  kek_id text not null primary key,
  wrapped text not null,
  created_at timestamptz not null default clock_timestamp()
)`;

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
  {
    name: 'vault-002-key-rotation',
    up: (names) => [
      witnesses,
      ...tenantlessTable(names, 'key_witness', { privileges: ['select', 'insert'] }),
      // A rotation wraps the keys of many tenants anew with one statement, and may change nothing else of them.
      `grant update (wrapped, kek_id) on data_key to "${names.allTenantsRole}"`,
    ],
  },
];
