import { tenantTable, type ServiceSchema } from '@firmbridge/database';
import { messagingEntities, messagingMigrations } from '@firmbridge/messaging';

/** Records, and beside them what was told of each change that was committed. */
export const registrySchema: ServiceSchema = {
  service: 'registry',
  entities: messagingEntities,
  migrations: [
    ...messagingMigrations,
    {
      name: 'registry-001-records',
      up: (names) => [
        `create table record (tenant_id uuid not null, record_id int not null, version int not null,
           primary key (tenant_id, record_id))`,
        ...tenantTable(names, 'record'),
        `create table change (tenant_id uuid not null, message_id uuid not null, record_id int not null, version int not null,
           kind text not null, primary key (tenant_id, message_id))`,
        ...tenantTable(names, 'change', { privileges: ['select', 'insert'] }),
      ],
    },
  ],
};

/** The newest version known of each record, and every message that had an effect, in the order of the effects. */
export const ledgerSchema: ServiceSchema = {
  service: 'ledger',
  entities: messagingEntities,
  migrations: [
    ...messagingMigrations,
    {
      name: 'ledger-001-effects',
      up: (names) => [
        `create table known (tenant_id uuid not null, record_id int not null, version int not null,
           primary key (tenant_id, record_id))`,
        ...tenantTable(names, 'known'),
        // Not unique by message: a second effect must be possible to be seen.
        `create table effect (tenant_id uuid not null, n bigint not null generated always as identity,
           message_id uuid not null, record_id int not null, version int not null, applied boolean not null,
           primary key (tenant_id, n))`,
        ...tenantTable(names, 'effect', { privileges: ['select', 'insert'] }),
      ],
    },
  ],
};

export const recordSchemas: readonly ServiceSchema[] = [registrySchema, ledgerSchema];
