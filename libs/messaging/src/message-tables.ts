import { tenantTable, type EntityDefinition, type SchemaMigration } from '@firmbridge/database';
import { defineEntity, p } from '@mikro-orm/core';
import { erasedTenantTable } from './erased-tenants.js';

/** Shards of an outbox; changing the number needs an empty outbox. */
export const outboxPartitions = 8;

const outboxMessage = defineEntity({
  name: 'OutboxMessage',
  tableName: 'outbox_message',
  indexes: [{ name: 'outbox_message_in_order', properties: ['partition', 'id'] }],
  properties: {
    tenantId: p.uuid().primary(),
    id: p.bigint().primary().autoincrement().generated('identity'),
    messageId: p.uuid(),
    partition: p.smallint(),
    orderingKey: p.text(),
    exchange: p.text(),
    routingKey: p.text(),
    type: p.text(),
    traceparent: p.text().nullable(),
    envelope: p.text(),
    createdAt: p.datetime(6).defaultRaw('now()'),
  },
});

const inboxMessage = defineEntity({
  name: 'InboxMessage',
  tableName: 'inbox_message',
  indexes: [{ name: 'inbox_message_by_day', properties: ['messageDay'] }],
  properties: {
    tenantId: p.uuid().primary(),
    consumer: p.text().primary(),
    messageId: p.uuid().primary(),
    messageDay: p.date().primary(),
  },
});

const erasedTenant = defineEntity({
  name: 'ErasedTenant',
  tableName: erasedTenantTable,
  properties: {
    tenantId: p.uuid().primary(),
    erasedAt: p.datetime(3),
    rowsDeleted: p.bigint(),
  },
});

/** Belongs to the entities of each service that publishes or consumes. */
export const messagingEntities: readonly EntityDefinition[] = [outboxMessage, inboxMessage, erasedTenant];

/** Belongs to the migrations of each service that publishes or consumes. */
export const messagingMigrations: readonly SchemaMigration[] = [
  {
    name: 'messaging-001-outbox-and-inbox',
    up: (names) => [
      // The envelope is text: it is published byte for byte and never looked into here.
      `create table outbox_message (
         tenant_id uuid not null, id bigint not null generated always as identity, message_id uuid not null,
         partition smallint not null, ordering_key text not null, exchange text not null, routing_key text not null,
         type text not null, traceparent text null, envelope text not null, created_at timestamptz(6) not null default now(),
         primary key (tenant_id, id))`,
      'create index outbox_message_in_order on outbox_message (partition, id)',
      // Rows live for milliseconds: dead ones must not pile up at the head of the index until a share of the table is dead.
      'alter table outbox_message set (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 20000)',
      ...tenantTable(names, 'outbox_message', { privileges: ['select', 'insert', 'delete'] }),
      `create table inbox_message (
         tenant_id uuid not null, consumer text not null, message_id uuid not null, message_day date not null,
         primary key (tenant_id, consumer, message_id, message_day))`,
      'create index inbox_message_by_day on inbox_message (message_day)',
      ...tenantTable(names, 'inbox_message', { privileges: ['select', 'insert', 'delete'] }),
    ],
  },
  {
    name: 'messaging-002-erased-tenants',
    up: (names) => [
      `create table erased_tenant (
         tenant_id uuid not null, erased_at timestamptz(3) not null, rows_deleted bigint not null, primary key (tenant_id))`,
      ...tenantTable(names, erasedTenantTable, { privileges: ['select', 'insert', 'update'] }),
    ],
  },
];
