import { tenantTable, type SchemaMigration } from '@firmbridge/database';

export const auditLogMigrations: readonly SchemaMigration[] = [
  {
    name: 'audit-log-001-transactions-and-problems',
    up: (names) => [
      `create table ${names.schema}.transaction (
         tenant_id uuid not null, transaction_id uuid not null, connection_id uuid not null, service text not null, provider text not null,
         operation text not null, method text not null, path text not null, attempt smallint not null, status smallint,
         duration_ms int not null, started_at timestamptz(3) not null, error_code text, error_message text,
         rate_limit int, rate_remaining int, rate_reset_at timestamptz(3), request_body text, response_body text,
         correlation_id uuid not null, actor text not null,
         primary key (tenant_id, transaction_id))`,
      `create index transaction_newest on ${names.schema}.transaction (tenant_id, started_at desc, transaction_id desc)`,
      `create index transaction_correlation on ${names.schema}.transaction (tenant_id, correlation_id)`,
      ...tenantTable(names, 'transaction'),
      `create table ${names.schema}.problem (
         tenant_id uuid not null, problem_id uuid not null, occurred_at timestamptz(3) not null, correlation_id uuid not null,
         service text not null, code text not null, message text not null, provider text, connection_id uuid, resource text,
         record_id text, run_id uuid, details jsonb not null,
         primary key (tenant_id, problem_id))`,
      `create index problem_newest on ${names.schema}.problem (tenant_id, occurred_at desc, problem_id desc)`,
      ...tenantTable(names, 'problem'),
    ],
  },
];
