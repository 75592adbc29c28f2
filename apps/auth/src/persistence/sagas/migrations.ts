import { tenantTable, type SchemaMigration, type SchemaNames } from '@firmbridge/database';

const disconnection = `
create table disconnection (
  tenant_id uuid not null,
  disconnection_id uuid not null,
  connection_id uuid not null,
  provider text not null,
  account_name text not null,
  state text not null,
  requested_at timestamptz(3) not null,
  requested_by text not null,
  correlation_id uuid not null,
  missing text[] not null,
  asked_at timestamptz(3) not null,
  asked_count int not null,
  revocation text null,
  revocation_reason text null,
  revocation_attempts int not null,
  retry_at timestamptz(3) null,
  remains jsonb not null,
  finished_at timestamptz(3) null,
  primary key (tenant_id, disconnection_id),
  constraint disconnection_state_check check (state in ('stopping', 'revoking', 'done')),
  constraint disconnection_done_is_finished check ((state = 'done') = (finished_at is not null)),
  constraint disconnection_revoking_is_planned check ((state = 'revoking') = (retry_at is not null)),
  constraint disconnection_waits_for_somebody check ((state = 'stopping') = (cardinality(missing) > 0)),
  constraint disconnection_revocation_check check (revocation in ('revoked', 'dead', 'kept'))
)`;

const erasure = `
create table erasure (
  tenant_id uuid not null,
  erasure_id uuid not null,
  state text not null,
  requested_at timestamptz(3) not null,
  requested_by text not null,
  correlation_id uuid not null,
  missing text[] not null,
  asked_at timestamptz(3) null,
  asked_count int not null,
  acknowledged jsonb not null,
  remains jsonb not null,
  finished_at timestamptz(3) null,
  primary key (tenant_id, erasure_id),
  constraint erasure_once unique (tenant_id),
  constraint erasure_state_check check (state in ('disconnecting', 'erasing', 'closing', 'done')),
  constraint erasure_done_is_finished check ((state = 'done') = (finished_at is not null)),
  constraint erasure_erasing_was_asked check ((state = 'disconnecting') = (asked_at is null))
)`;

export const sagaMigrations: readonly SchemaMigration[] = [
  {
    name: 'auth-sagas-0001',
    up: (schema: SchemaNames) => [
      disconnection,
      'create unique index disconnection_one_open on disconnection (tenant_id, connection_id) where finished_at is null',
      'create index disconnection_asked_index on disconnection (asked_at)',
      'create index disconnection_retry_index on disconnection (retry_at)',
      erasure,
      'create index erasure_asked_index on erasure (asked_at)',
      ...tenantTable(schema, 'disconnection'),
      // The record of an erasure stays.
      ...tenantTable(schema, 'erasure', { privileges: ['select', 'insert', 'update'] }),
    ],
  },
];
