import { tenantlessTable, type SchemaMigration, type SchemaNames } from '@firmbridge/database';

const connection = [
  // A connection that has ended gives its account free, also to another firm.
  'alter table connection drop constraint connection_account_unique',
  "create unique index connection_account_in_use on connection (provider, region, account_id) where status <> 'disconnected'",
  'alter table connection add constraint connection_account_of_tenant unique (tenant_id, provider, region, account_id)',
  "alter table connection add column role text not null default 'account'",
  'alter table connection alter column role drop default',
  "alter table connection add constraint connection_role_check check (role = 'account' or (role = 'agency' and provider = 'ghl'))",
];

const credential = [
  'alter table credential add column agency_id uuid null',
  'alter table credential add column refresh_at timestamptz(3) null',
  // An update would be bound by row-level security; a rewrite of the column is not.
  `alter table credential alter column refresh_at type timestamptz(3)
     using expires_at - least(interval '10 minutes', (expires_at - granted_at) * 0.1)`,
  'alter table credential drop constraint credential_expiring_is_renewable',
  `alter table credential add constraint credential_expiring_is_renewable
     check (expires_at is null or refresh_token is not null or agency_id is not null)`,
  `alter table credential add constraint credential_refresh_is_planned
     check ((expires_at is null) = (refresh_at is null))`,
  'create index credential_due_index on credential (refresh_at)',
  'create index credential_agency_index on credential (agency_id)',
];

const providerApp = `
create table provider_app (
  provider text not null,
  region text not null,
  client_id text not null,
  client_secret text not null,
  version_id text null,
  changed_at timestamptz(3) not null,
  changed_by text not null,
  primary key (provider, region)
)`;

export const connectionMigrations: readonly SchemaMigration[] = [
  {
    name: 'auth-connections-0002',
    up: (schema: SchemaNames) => [
      ...connection,
      ...credential,
      'alter table oauth_state add column connection_id uuid null',
      providerApp,
      ...tenantlessTable(schema, 'provider_app'),
    ],
  },
];
