import { runMigrations } from './runs/run-migrations.js';
import { deletionMigrations } from './deletions/migrations.js';
import { table, type Migration } from './migration.js';
import { writeMigrations } from './writes/migrations.js';

/** The engine's tables, in the schema of the sync service that uses it. */
export const syncEngineMigrations: Migration[] = [
  {
    name: 'sync-engine-001-runs',
    up: (names) => [
      ...table(
        names,
        'connection',
        `tenant_id uuid not null, connection_id uuid not null, provider text not null, region text not null, account_id text not null,
         account_name text not null, api_origin text not null, status text not null, changed_at timestamptz(3) not null,
         primary key (tenant_id, connection_id)`,
      ),
      ...table(
        names,
        'run',
        `tenant_id uuid not null, run_id uuid not null, connection_id uuid not null, mode text not null, state text not null,
         correlation_id uuid not null, actor text not null, started_at timestamptz(3) not null, finished_at timestamptz(3),
         primary key (tenant_id, run_id)`,
      ),
      `create unique index run_one_active_per_connection on ${names.schema}.run (tenant_id, connection_id) where finished_at is null`,
      `create index run_newest on ${names.schema}.run (tenant_id, started_at desc)`,
      ...table(
        names,
        'run_resource',
        `tenant_id uuid not null, run_id uuid not null, resource text not null, connection_id uuid not null, position smallint not null,
         lane text not null, lane_rank smallint not null, state text not null, cursor text, since timestamptz(3),
         pages int not null, calls int not null, records int not null, changed int not null, sent_commands int not null,
         applied_commands int not null, applied int not null, events int not null, rejected int not null, expected int,
         attempts smallint not null, next_attempt_at timestamptz(3) not null, lease_token bigint not null,
         lease_until timestamptz(3) not null, served_at timestamptz(3) not null, reason text,
         started_at timestamptz(3), finished_at timestamptz(3),
         primary key (tenant_id, run_id, resource)`,
      ),
      `create index run_resource_claimable on ${names.schema}.run_resource (lane_rank, served_at) where state in ('waiting', 'fetching')`,
      ...table(
        names,
        'record',
        `tenant_id uuid not null, connection_id uuid not null, resource text not null, record_id text not null, revision bigint not null,
         content_hash text not null, source_updated_at timestamptz(3), observed_at timestamptz(3) not null, deleted_at timestamptz(3),
         body jsonb not null,
         primary key (tenant_id, connection_id, resource, record_id)`,
      ),
      ...table(
        names,
        'watermark',
        `tenant_id uuid not null, connection_id uuid not null, resource text not null, complete_until timestamptz(3) not null,
         primary key (tenant_id, connection_id, resource)`,
      ),
      ...table(
        names,
        'rejected_record',
        `tenant_id uuid not null, rejected_record_id uuid not null, connection_id uuid not null, run_id uuid not null, resource text not null,
         record_id text, reason text not null, rejected_at timestamptz(3) not null,
         primary key (tenant_id, rejected_record_id)`,
      ),
    ],
  },
  {
    name: 'sync-engine-002-write-tasks',
    up: (names) => [
      ...table(
        names,
        'write_task',
        `tenant_id uuid not null, task_id uuid not null, connection_id uuid not null, kind text not null, entity_id uuid not null,
         entity_epoch int not null, entity_n bigint not null, payload jsonb not null, state text not null, attempts smallint not null,
         next_attempt_at timestamptz(3) not null, lease_token bigint not null, lease_until timestamptz(3) not null,
         correlation_id uuid not null, causation_id uuid not null, record_id text, reason text,
         created_at timestamptz(3) not null, finished_at timestamptz(3),
         primary key (tenant_id, task_id)`,
      ),
      `create index write_task_claimable on ${names.schema}.write_task (next_attempt_at) where finished_at is null`,
      `create index write_task_entity on ${names.schema}.write_task (tenant_id, connection_id, entity_id) where finished_at is null`,
    ],
  },
  {
    name: 'sync-engine-003-renormalize-beside-other-runs',
    up: (names) => [
      `drop index ${names.schema}.run_one_active_per_connection`,
      `create unique index run_one_active_per_connection on ${names.schema}.run (tenant_id, connection_id)
         where finished_at is null and mode <> 'renormalize'`,
    ],
  },
  {
    name: 'sync-engine-004-forbidden-resources-and-catch-up',
    up: (names) => [
      ...table(
        names,
        'forbidden_resource',
        `tenant_id uuid not null, connection_id uuid not null, resource text not null, reason text not null,
         forbidden_at timestamptz(3) not null,
         primary key (tenant_id, connection_id, resource)`,
      ),
      `alter table ${names.schema}.connection add catch_up_due boolean not null default false`,
      `alter table ${names.schema}.connection alter catch_up_due drop default`,
    ],
  },
  {
    name: 'sync-engine-005-budget-of-a-connection',
    up: (names) => [`alter table ${names.schema}.connection add budget jsonb`],
  },
  ...deletionMigrations,
  {
    // A record that was read by itself can be malformed, too.
    name: 'sync-engine-rejected-without-a-run',
    up: (names) => [`alter table ${names.schema}.rejected_record alter run_id drop not null`],
  },
  {
    // Runs take turns; the pages of a run are few, so claiming stays cheap however many of them wait.
    name: 'sync-engine-006-turns-of-runs',
    up: (names) => [
      `alter table ${names.schema}.run add lane_rank smallint not null default 0,
         add served_at timestamptz(3) not null default 'epoch', add rests_until timestamptz(3) not null default 'epoch'`,
      `update ${names.schema}.run set lane_rank = rr.lane_rank from ${names.schema}.run_resource rr
         where rr.tenant_id = run.tenant_id and rr.run_id = run.run_id`,
      `alter table ${names.schema}.run alter lane_rank drop default`,
      `create index run_turn on ${names.schema}.run (lane_rank, served_at) where finished_at is null`,
      `drop index ${names.schema}.run_resource_claimable`,
    ],
  },
  {
    name: 'sync-engine-007-credential-of-a-connection',
    up: (names) => [`alter table ${names.schema}.connection add credential text, add listened_at timestamptz(3)`],
  },
  ...writeMigrations,
  ...runMigrations,
];
