import { tenantlessTable, tenantTable, type SchemaMigration, type SchemaNames } from '@firmbridge/database';

const person = `
create table person (
  tenant_id uuid not null,
  person_id uuid not null,
  email text not null,
  name text not null,
  roles text[] not null,
  status text not null,
  password_hash text null,
  created_at timestamptz(3) not null,
  last_login_at timestamptz(3) null,
  primary key (tenant_id, person_id),
  constraint person_email_unique unique (email),
  constraint person_email_is_lower_case check (email = lower(email)),
  constraint person_status_check check (status in ('invited', 'active', 'deactivated')),
  constraint person_active_has_password check (status <> 'active' or password_hash is not null),
  constraint person_roles_check check (cardinality(roles) > 0 and roles <@ array['viewer', 'operator', 'admin', 'auditor'])
)`;

const session = `
create table session (
  tenant_id uuid not null,
  session_id uuid not null,
  person_id uuid not null,
  token_hash text not null,
  created_at timestamptz(3) not null,
  last_used_at timestamptz(3) not null,
  expires_at timestamptz(3) not null,
  primary key (tenant_id, session_id),
  constraint session_token_unique unique (token_hash)
)`;

const setupToken = `
create table setup_token (
  tenant_id uuid not null,
  token_hash text not null,
  kind text not null,
  person_id uuid null,
  created_by text not null,
  expires_at timestamptz(3) not null,
  primary key (tenant_id, token_hash),
  constraint setup_token_hash_unique unique (token_hash),
  constraint setup_token_kind_check check (kind in ('first_administrator', 'invitation')),
  constraint setup_token_invites_somebody check ((kind = 'invitation') = (person_id is not null))
)`;

const apiKey = `
create table api_key (
  tenant_id uuid not null,
  key_id uuid not null,
  name text not null,
  secret_hash text not null,
  role text not null,
  permissions text[] null,
  created_by text not null,
  created_at timestamptz(3) not null,
  expires_at timestamptz(3) null,
  revoked_at timestamptz(3) null,
  last_used_on date null,
  primary key (tenant_id, key_id),
  constraint api_key_id_unique unique (key_id),
  constraint api_key_role_check check (role in ('viewer', 'operator', 'admin', 'auditor'))
)`;

const loginAttempt = `
create table login_attempt (
  subject text not null primary key,
  attempt_count int not null,
  last_attempt_at timestamptz(3) not null,
  locked_until timestamptz(3) null
)`;

const tenantTables = ['person', 'session', 'setup_token', 'api_key'];

export const peopleMigrations: readonly SchemaMigration[] = [
  {
    name: 'auth-people-0001',
    up: (schema: SchemaNames) => [
      'alter table tenant add column name text null',
      ...[person, session, setupToken, apiKey, loginAttempt],
      'create index session_person_index on session (tenant_id, person_id)',
      'create index session_end_index on session (expires_at)',
      'create index login_attempt_age_index on login_attempt (last_attempt_at)',
      ...tenantTables.flatMap((table) => tenantTable(schema, table)),
      ...tenantlessTable(schema, 'login_attempt'),
    ],
  },
];
