import { tenantTable, type SchemaMigration } from '@firmbridge/database';

export const mappingMigrations: readonly SchemaMigration[] = [
  {
    name: 'mapping-001-entities-and-crosswalk',
    up: (names) => [
      `create table ${names.schema}.connection (
         tenant_id uuid not null, connection_id uuid not null, provider text not null, region text, status text not null,
         changed_at timestamptz(3) not null,
         primary key (tenant_id, connection_id))`,
      ...tenantTable(names, 'connection'),
      `create table ${names.schema}.pairing (
         tenant_id uuid not null, pairing_id uuid not null, clio_connection_id uuid not null, ghl_connection_id uuid not null,
         created_at timestamptz(3) not null,
         primary key (tenant_id, pairing_id))`,
      `create index pairing_clio_connection on ${names.schema}.pairing (tenant_id, clio_connection_id)`,
      ...tenantTable(names, 'pairing'),
      // Room for the new revision on the same page keeps the update out of both indexes.
      `create table ${names.schema}.entity_link (
         tenant_id uuid not null, connection_id uuid not null, resource text not null, record_id text not null,
         entity_id uuid not null, entity_type text not null, state text not null, revision bigint not null,
         primary key (tenant_id, connection_id, resource, record_id),
         constraint entity_link_state check (state in ('reserved', 'linked') and (state = 'linked' or revision = 0)))
         with (fillfactor = 85)`,
      `create index entity_link_entity on ${names.schema}.entity_link (tenant_id, entity_id)`,
      ...tenantTable(names, 'entity_link'),
      `create table ${names.schema}.entity (
         tenant_id uuid not null, entity_id uuid not null, entity_type text not null, epoch int not null, version bigint not null,
         title text not null, state jsonb not null, content_hash text not null, normalizer_version int not null,
         deleted_at timestamptz(3), created_at timestamptz(3) not null, updated_at timestamptz(3) not null,
         primary key (tenant_id, entity_id),
         constraint entity_version check (version > 0))`,
      `create index entity_newest on ${names.schema}.entity (tenant_id, entity_type, updated_at, entity_id)`,
      ...tenantTable(names, 'entity'),
      `create table ${names.schema}.record_error (
         tenant_id uuid not null, connection_id uuid not null, resource text not null, record_id text not null,
         revision bigint not null, code text not null, reason text not null, occurred_at timestamptz(3) not null,
         primary key (tenant_id, connection_id, resource, record_id))`,
      ...tenantTable(names, 'record_error'),
    ],
  },
];
