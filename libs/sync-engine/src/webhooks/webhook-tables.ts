import { defineEntity, p } from '@mikro-orm/core';
import { tenantTable, type EntityDefinition, type SchemaMigration } from '@firmbridge/database';

/** What has been delivered: a body that comes again changes nothing. Never the body itself, only what it speaks of. */
export const webhookDeliveryTable = defineEntity({
  name: 'WebhookDelivery',
  tableName: 'webhook_delivery',
  properties: {
    tenantId: p.uuid().primary(),
    sourceId: p.uuid().primary(),
    /** Of its bytes; or the id that its sender gives it. */
    bodyHash: p.text().primary(),
    connectionId: p.uuid(),
    hints: p.json(),
    isLate: p.boolean().default(false),
    receivedAt: p.datetime(3),
  },
});

/** A record that was announced and is to be fetched. It stays until what was announced last has been fetched. */
export const dirtyRecordTable = defineEntity({
  name: 'DirtyRecord',
  tableName: 'dirty_record',
  properties: {
    tenantId: p.uuid().primary(),
    connectionId: p.uuid().primary(),
    resource: p.text().primary(),
    recordId: p.text().primary(),
    deleted: p.boolean(),
    /** How often it was announced: more than when it was claimed means once more. */
    marks: p.bigint(),
    firstSeenAt: p.datetime(3),
    lastSeenAt: p.datetime(3),
    dueAt: p.datetime(3),
    /** After a failure it is not tried before, however often it is announced. */
    retryAt: p.datetime(3),
    attempts: p.smallint(),
    leaseToken: p.uuid().nullable(),
    leaseUntil: p.datetime(3),
    reason: p.text().nullable(),
  },
});

export const webhookEntities: readonly EntityDefinition[] = [webhookDeliveryTable, dirtyRecordTable];

/** For a sync service that receives webhooks. */
export const webhookMigrations: readonly SchemaMigration[] = [
  {
    name: 'webhooks-001-deliveries',
    up: (names) => [
      `create table webhook_delivery (tenant_id uuid not null, source_id uuid not null, body_hash text not null, connection_id uuid not null,
         hints jsonb not null, received_at timestamptz(3) not null, primary key (tenant_id, source_id, body_hash))`,
      ...tenantTable(names, 'webhook_delivery'),
      `create index webhook_delivery_age on webhook_delivery (received_at)`,
      `create index webhook_delivery_newest on webhook_delivery (tenant_id, source_id, received_at desc)`,
      `create table dirty_record (tenant_id uuid not null, connection_id uuid not null, resource text not null, record_id text not null,
         deleted boolean not null, marks bigint not null, first_seen_at timestamptz(3) not null, last_seen_at timestamptz(3) not null,
         due_at timestamptz(3) not null, retry_at timestamptz(3) not null, attempts smallint not null, lease_token uuid,
         lease_until timestamptz(3) not null, reason text, primary key (tenant_id, connection_id, resource, record_id))`,
      ...tenantTable(names, 'dirty_record'),
      `create index dirty_record_due on dirty_record (due_at)`,
    ],
  },
  {
    name: 'webhooks-002-late-deliveries',
    up: () => [`alter table webhook_delivery add is_late boolean not null default false`],
  },
];
