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
  {
    name: 'mapping-002-replays',
    up: (names) => [
      // What a replay is (state) and what is left to do (stage): pages to send, the last message to send, nothing.
      `create table ${names.schema}.replay (
         tenant_id uuid not null, replay_id uuid not null, queue text not null, entity_types text[] not null,
         entity_ids uuid[] not null, changed_from timestamptz(3), changed_to timestamptz(3), per_second int not null,
         state text not null, stage text not null, expected int not null, sent int not null, sent_until uuid,
         next_step_at timestamptz(6) not null, last_outbox_id bigint, command_id uuid not null, correlation_id uuid not null,
         traceparent text, actor jsonb not null, started_at timestamptz(3) not null, finished_at timestamptz(3), reason text,
         primary key (tenant_id, replay_id),
         constraint replay_rate check (per_second > 0),
         constraint replay_stage check (
           (state = 'running' and stage in ('sending', 'closing') and finished_at is null) or
           (state = 'cancelled' and stage in ('closing', 'closed') and finished_at is not null) or
           (state in ('completed', 'failed') and stage = 'closed' and finished_at is not null)))`,
      `create index replay_newest on ${names.schema}.replay (tenant_id, started_at)`,
      `create index replay_due on ${names.schema}.replay (next_step_at) where stage <> 'closed'`,
      ...tenantTable(names, 'replay'),
    ],
  },
  {
    name: 'mapping-003-renormalization',
    up: (names) => [
      `create index entity_made_by on ${names.schema}.entity (tenant_id, entity_type, normalizer_version, updated_at)`,
      // Until now there was one version for all of them.
      `alter table ${names.schema}.record_error add normalizer_version int not null default 1`,
      `alter table ${names.schema}.record_error alter normalizer_version drop default`,
      `create table ${names.schema}.renormalization (
         tenant_id uuid not null, connection_id uuid not null, resource text not null, version int not null,
         asked_at timestamptz(6) not null,
         primary key (tenant_id, connection_id, resource))`,
      ...tenantTable(names, 'renormalization'),
    ],
  },
  {
    name: 'mapping-004-identity',
    up: (names) => [
      `alter table ${names.schema}.entity add merged_into uuid`,
      `create index entity_merged on ${names.schema}.entity (tenant_id, merged_into) where merged_into is not null`,
      `alter table ${names.schema}.entity_link add former_entity_id uuid, add matched jsonb`,
      // One to one: a contact has one record at most in each account. Other types may become otherwise.
      `create unique index entity_link_one_contact on ${names.schema}.entity_link (tenant_id, entity_id, connection_id)
         where entity_type = 'contact'`,
      `alter table ${names.schema}.pairing add match_auto float8 not null default 0.99,
         add match_review float8 not null default 0.7`,
      `alter table ${names.schema}.pairing add constraint pairing_match check (match_review <= match_auto and match_auto <= 1)`,
      `create table ${names.schema}.identity_key (
         tenant_id uuid not null, connection_id uuid not null, key text collate "C" not null, entity_id uuid not null,
         primary key (tenant_id, connection_id, key, entity_id))`,
      `create index identity_key_entity on ${names.schema}.identity_key (tenant_id, entity_id)`,
      ...tenantTable(names, 'identity_key'),
      `create table ${names.schema}.match_review (
         tenant_id uuid not null, review_id uuid not null, one_id uuid not null, other_id uuid not null, state text not null,
         probability float8 not null, evidence jsonb not null, asked_at timestamptz(3) not null,
         decided_at timestamptz(3), decided_by jsonb,
         primary key (tenant_id, review_id),
         constraint match_review_pair check (one_id < other_id),
         constraint match_review_state check (
           state in ('pending', 'same', 'different', 'withdrawn') and (state = 'pending') = (decided_at is null)))`,
      `create unique index match_review_once on ${names.schema}.match_review (tenant_id, one_id, other_id)`,
      `create index match_review_other on ${names.schema}.match_review (tenant_id, other_id)`,
      `create index match_review_open on ${names.schema}.match_review (tenant_id, state, probability, review_id)`,
      ...tenantTable(names, 'match_review'),
    ],
  },
  {
    name: 'mapping-005-agreement',
    up: (names) => [
      `create table ${names.schema}.record_copy (
         tenant_id uuid not null, connection_id uuid not null, resource text not null, record_id text not null,
         revision bigint not null, etag text, fields jsonb not null,
         primary key (tenant_id, connection_id, resource, record_id))`,
      ...tenantTable(names, 'record_copy'),
      `create table ${names.schema}.agreement (
         tenant_id uuid not null, agreement_id uuid not null, entity_type text not null,
         clio_connection_id uuid not null, clio_record_id text not null,
         ghl_connection_id uuid not null, ghl_record_id text not null,
         fields jsonb not null, halted text[] not null, created_at timestamptz(3) not null,
         primary key (tenant_id, agreement_id),
         constraint agreement_halted check (halted <@ array['looping', 'clio_gone', 'ghl_gone']))`,
      `create unique index agreement_once on ${names.schema}.agreement
         (tenant_id, entity_type, clio_connection_id, clio_record_id, ghl_connection_id, ghl_record_id)`,
      `create index agreement_ghl on ${names.schema}.agreement (tenant_id, ghl_connection_id, ghl_record_id)`,
      ...tenantTable(names, 'agreement'),
      `create table ${names.schema}.agreement_write (
         tenant_id uuid not null, write_id uuid not null, agreement_id uuid not null, side text not null,
         fields jsonb not null, sent_at timestamptz(3) not null, outcome text,
         primary key (tenant_id, write_id))`,
      `create index agreement_write_recent on ${names.schema}.agreement_write (tenant_id, agreement_id, sent_at)`,
      ...tenantTable(names, 'agreement_write'),
      `create table ${names.schema}.conflict (
         tenant_id uuid not null, conflict_id uuid not null, agreement_id uuid not null, field text not null,
         kind text not null, state text not null, policy text, reason text, base jsonb, clio jsonb, ghl jsonb,
         decision text, decided_by text, opened_at timestamptz(3) not null, changed_at timestamptz(3) not null,
         primary key (tenant_id, conflict_id),
         constraint conflict_kind check (kind in ('contested', 'refused', 'looping', 'gone')),
         constraint conflict_state check (state in ('open', 'decided', 'settled')),
         constraint conflict_decision check ((state = 'decided') = (decision is not null)))`,
      `create unique index conflict_open on ${names.schema}.conflict (tenant_id, agreement_id, field) where state = 'open'`,
      `create index conflict_newest on ${names.schema}.conflict (tenant_id, state, changed_at, conflict_id)`,
      `create index conflict_agreement on ${names.schema}.conflict (tenant_id, agreement_id)`,
      ...tenantTable(names, 'conflict'),
      `create table ${names.schema}.field_policy (
         tenant_id uuid not null, clio_connection_id uuid not null, ghl_connection_id uuid not null, entity_type text not null,
         field text not null, policy text not null, chosen_by text not null, chosen_at timestamptz(3) not null,
         primary key (tenant_id, clio_connection_id, ghl_connection_id, entity_type, field))`,
      ...tenantTable(names, 'field_policy'),
    ],
  },
  {
    // Of a firm that has just come the statistics know nothing: all its rows count as one, and an index that merely begins with
    // the tenant looks as good as the key. Then a page reads all the firm has for each of its records. So none but keys begin with it.
    name: 'mapping-006-only-keys-begin-with-the-tenant',
    up: (names) => [
      ...[
        'entity_link_entity',
        'entity_link_one_contact',
        'identity_key_entity',
        'entity_newest',
        'entity_made_by',
      ].map((name) => `drop index ${names.schema}.${name}`),
      `create index entity_link_entity on ${names.schema}.entity_link (entity_id, tenant_id)`,
      `create unique index entity_link_one_contact on ${names.schema}.entity_link (entity_id, connection_id, tenant_id)
         where entity_type = 'contact'`,
      `create index identity_key_entity on ${names.schema}.identity_key (entity_id, tenant_id)`,
      `create index entity_newest on ${names.schema}.entity (entity_type, tenant_id, updated_at, entity_id)`,
      `create index entity_made_by on ${names.schema}.entity (entity_type, normalizer_version, tenant_id, updated_at)`,
    ],
  },
];
