import { tenantlessTable, tenantTable, type SchemaMigration } from '@firmbridge/database';

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
  {
    name: 'audit-log-002-dead-letters',
    up: (names) => [
      `create table ${names.schema}.dead_letter (
         tenant_id uuid not null, dead_letter_id uuid not null, queue text not null, message_id text, type text, kind text,
         correlation_id text, error_code text not null, error_message text not null, attempts int not null,
         failed_at timestamptz(3) not null, drained_at timestamptz(3) not null, fingerprint text not null, cause text not null,
         previous_dead_letter_id uuid, properties jsonb not null, headers jsonb not null,
         body bytea not null, body_bytes int not null, body_is_kept boolean not null,
         state text not null, resend_at timestamptz(3), resend_attempts int not null,
         decided_at timestamptz(3), decided_by text, reason text, replaced_by uuid,
         primary key (tenant_id, dead_letter_id),
         constraint dead_letter_kind check (kind in ('event', 'command', 'query')),
         constraint dead_letter_state check (state in ('waiting', 'resending', 'resent', 'replaced', 'discarded')),
         constraint dead_letter_is_due_when_resending check (state <> 'resending' or resend_at is not null),
         constraint dead_letter_is_whole_when_resending check (state <> 'resending' or body_is_kept),
         constraint dead_letter_names_its_replacement check ((state = 'replaced') = (replaced_by is not null)))`,
      `create index dead_letter_newest on ${names.schema}.dead_letter (tenant_id, failed_at desc, dead_letter_id desc)`,
      `create index dead_letter_waiting on ${names.schema}.dead_letter (tenant_id, queue, fingerprint) where state = 'waiting'`,
      `create index dead_letter_due on ${names.schema}.dead_letter (resend_at) where state = 'resending'`,
      ...tenantTable(names, 'dead_letter'),
      // The pace protects a queue, which belongs to all tenants.
      `create table ${names.schema}.resend_pace (queue text not null primary key, last_due_at timestamptz(3) not null)`,
      ...tenantlessTable(names, 'resend_pace'),
    ],
  },
];
