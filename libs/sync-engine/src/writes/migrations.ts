import { rankOf } from '../lanes.js';
import { table, type Migration } from '../migration.js';

/** Write tasks as people ask for them, beside those of mapping. */
export const writeMigrations: Migration[] = [
  {
    name: 'sync-engine-writes-001-requests',
    up: (names) => [
      `alter table ${names.schema}.write_task
         alter entity_id drop not null, alter entity_epoch drop not null, alter entity_n drop not null,
         add subject text, add lane text not null default 'incremental', add lane_rank smallint not null default ${rankOf('incremental')},
         add resource text, add action text, add request_hash text, add answer_by timestamptz(3),
         add actor text not null default 'system:mapping', add known_etag text, add record jsonb, add problem jsonb, add decision jsonb`,
      `update ${names.schema}.write_task set subject = entity_id::text`,
      `alter table ${names.schema}.write_task alter subject set not null, alter lane drop default, alter lane_rank drop default,
         alter actor drop default, add constraint write_task_belongs check ((entity_id is null) <> (request_hash is null))`,
      `drop index ${names.schema}.write_task_claimable`,
      `drop index ${names.schema}.write_task_entity`,
      `create index write_task_claimable on ${names.schema}.write_task (lane_rank, next_attempt_at) where finished_at is null`,
      `create index write_task_subject on ${names.schema}.write_task (tenant_id, connection_id, subject, created_at) where finished_at is null`,
      `create index write_task_entity on ${names.schema}.write_task (tenant_id, connection_id, entity_id) where entity_id is not null`,
      `create index write_task_requests on ${names.schema}.write_task (tenant_id, created_at desc) where request_hash is not null`,
      `create index write_task_finished on ${names.schema}.write_task (finished_at) where finished_at is not null`,
      ...table(
        names,
        'shown_record',
        `tenant_id uuid not null, connection_id uuid not null, resource text not null, record_id text not null, etag text not null,
         body jsonb not null, shown_at timestamptz(3) not null,
         primary key (tenant_id, connection_id, resource, record_id, etag)`,
      ),
      `create index shown_record_old on ${names.schema}.shown_record (shown_at)`,
    ],
  },
  {
    // Firms take turns: the next write of each connection is looked up by itself.
    name: 'sync-engine-writes-002-turns',
    up: ({ schema }) => [
      `drop index ${schema}.write_task_claimable`,
      `create index write_task_turn on ${schema}.write_task (tenant_id, connection_id, lane_rank, next_attempt_at) where finished_at is null`,
    ],
  },
];
