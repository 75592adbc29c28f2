import { table, type Migration } from '../migration.js';

export const runMigrations: Migration[] = [
  {
    name: 'runs-001-pace',
    up: ({ schema }) => [
      `alter table ${schema}.run add budget jsonb not null default '[]', add paced_from timestamptz(3), add paced_pages int not null default 0`,
      `update ${schema}.run set paced_from = started_at`,
      `alter table ${schema}.run alter budget drop default, alter paced_from set not null, alter paced_pages drop default`,
      `alter table ${schema}.run_resource add page_size smallint not null default 200`,
      `alter table ${schema}.run_resource alter page_size drop default`,
    ],
  },
  {
    name: 'runs-002-repeated-pages',
    up: (names) => [
      ...table(
        names,
        'page_mark',
        `tenant_id uuid not null, run_id uuid not null, resource text not null, mark text not null,
         primary key (tenant_id, run_id, resource, mark)`,
      ),
      `alter table ${names.schema}.run_resource add restarts smallint not null default 0`,
    ],
  },
  {
    name: 'runs-003-polls-of-resources',
    up: (names) => [
      ...table(
        names,
        'resource_poll',
        `tenant_id uuid not null, connection_id uuid not null, resource text not null, pages int not null, is_held boolean not null,
         next_due_at timestamptz(3) not null,
         primary key (tenant_id, connection_id, resource)`,
      ),
      `alter table ${names.schema}.connection add next_poll_at timestamptz(3)`,
      `create index run_of_connection on ${names.schema}.run (tenant_id, connection_id, started_at desc)`,
    ],
  },
  {
    name: 'runs-004-records-of-records',
    up: (names) => [
      `alter table ${names.schema}.run_resource add waits_for text`,
      `alter table ${names.schema}.record add parent_id text`,
      `create index record_of_parent on ${names.schema}.record (tenant_id, connection_id, resource, parent_id) where parent_id is not null`,
    ],
  },
];
