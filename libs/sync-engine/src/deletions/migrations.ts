import { table, type Migration } from '../migration.js';

export const deletionMigrations: Migration[] = [
  {
    name: 'sync-engine-deletions-001',
    up: (names) => [
      ...table(
        names,
        'deletion',
        `tenant_id uuid not null, deletion_id uuid not null, connection_id uuid not null, resource text not null, state text not null,
         evidence text not null, records int not null, of_records int, run_id uuid, correlation_id uuid not null,
         noted_at timestamptz(3) not null, decided_at timestamptz(3), decided_by text, reason text,
         primary key (tenant_id, deletion_id)`,
      ),
      `create unique index deletion_one_held on ${names.schema}.deletion (tenant_id, connection_id, resource) where state = 'held'`,
      `create index deletion_newest on ${names.schema}.deletion (tenant_id, noted_at desc)`,
      `create index deletion_to_carry_out on ${names.schema}.deletion (decided_at) where state in ('approved', 'undoing')`,
      ...table(
        names,
        'record_deletion',
        `tenant_id uuid not null, connection_id uuid not null, resource text not null, record_id text not null, state text not null,
         deletion_id uuid, evidence text not null, signalled_at timestamptz(3) not null,
         primary key (tenant_id, connection_id, resource, record_id)`,
      ),
      `create index record_deletion_state on ${names.schema}.record_deletion (tenant_id, connection_id, resource, state, signalled_at)`,
      `create index record_deletion_of on ${names.schema}.record_deletion (tenant_id, deletion_id, state, record_id)`,
      `create index record_deleted on ${names.schema}.record (deleted_at) where deleted_at is not null and content_hash <> ''`,
    ],
  },
  {
    name: 'sync-engine-deletions-002-sweeps',
    up: (names) => [
      ...table(
        names,
        'sweep_seen',
        `tenant_id uuid not null, run_id uuid not null, resource text not null, record_id text not null,
         primary key (tenant_id, run_id, resource, record_id)`,
      ),
      `drop index ${names.schema}.run_one_active_per_connection`,
      `create unique index run_one_active_per_connection on ${names.schema}.run (tenant_id, connection_id)
         where finished_at is null and mode not in ('renormalize', 'sweep')`,
      `create unique index run_one_sweep_per_connection on ${names.schema}.run (tenant_id, connection_id)
         where finished_at is null and mode = 'sweep'`,
    ],
  },
];
