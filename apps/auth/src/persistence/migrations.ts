import { tenantTable, type SchemaMigration, type SchemaNames } from '@firmbridge/database';
import { connectionMigrations } from './connections/migrations.js';
import { peopleMigrations } from './people/migrations.js';
import { sagaMigrations } from './sagas/migrations.js';

const tables = `
create table tenant (
  tenant_id uuid not null primary key,
  created_at timestamptz(3) not null
);

create table connection (
  tenant_id uuid not null,
  connection_id uuid not null,
  provider text not null,
  region text not null,
  account_id text not null,
  account_name text not null,
  api_origin text not null,
  status text not null,
  status_reason text null,
  credential text not null,
  established_at timestamptz(3) not null,
  changed_at timestamptz(3) not null,
  primary key (tenant_id, connection_id),
  constraint connection_account_unique unique (provider, region, account_id),
  constraint connection_region_check check ((provider = 'ghl') = (region = 'global')),
  constraint connection_status_check check (status in ('active', 'reauthorization_required', 'disconnected'))
);

create table credential (
  tenant_id uuid not null,
  connection_id uuid not null,
  access_token text not null,
  refresh_token text null,
  previous_refresh_token text null,
  generation int not null,
  granted_at timestamptz(3) not null,
  expires_at timestamptz(3) null,
  lease_owner uuid null,
  lease_until timestamptz(3) null,
  attempt_started_at timestamptz(3) null,
  failure_count int not null,
  retry_at timestamptz(3) null,
  primary key (tenant_id, connection_id),
  constraint credential_generation_check check (generation > 0),
  constraint credential_expiring_is_renewable check (expires_at is null or refresh_token is not null),
  constraint credential_lease_is_whole check ((lease_owner is null) = (lease_until is null))
);

create table oauth_state (
  tenant_id uuid not null,
  state_hash text not null,
  provider text not null,
  region text not null,
  return_to text null,
  nonce_hash text null,
  correlation_id uuid not null,
  actor text not null,
  expires_at timestamptz(3) not null,
  used_at timestamptz(3) null,
  primary key (tenant_id, state_hash),
  constraint oauth_state_hash_unique unique (state_hash)
);
create index oauth_state_nonce_index on oauth_state (nonce_hash);

create table pairing (
  tenant_id uuid not null,
  pairing_id uuid not null,
  clio_connection_id uuid not null,
  ghl_connection_id uuid not null,
  created_at timestamptz(3) not null,
  primary key (tenant_id, pairing_id),
  constraint pairing_connections_unique unique (tenant_id, clio_connection_id, ghl_connection_id)
);`;

const names = ['tenant', 'connection', 'credential', 'oauth_state', 'pairing'];

export const authMigrations: readonly SchemaMigration[] = [
  {
    name: 'auth-0001-connections',
    up: (schema: SchemaNames) => [
      ...tables.split(/;\s*(?:\n|$)/).filter((statement) => statement.trim() !== ''),
      ...names.flatMap((table) => tenantTable(schema, table)),
    ],
  },
  ...connectionMigrations,
  ...sagaMigrations,
  ...peopleMigrations,
];
