import { tenantTable, type EntityDefinition, type SchemaMigration } from '@firmbridge/database';
import { defineEntity, p } from '@mikro-orm/core';

/** Changes that a poll saw first, although a webhook should have told of them. */
export const webhookMissedTable = defineEntity({
  name: 'WebhookMissed',
  tableName: 'webhook_missed',
  properties: {
    tenantId: p.uuid().primary(),
    connectionId: p.uuid().primary(),
    resource: p.text().primary(),
    missed: p.integer(),
    missedAt: p.datetime(3),
  },
});

export const ghlWebhookEntities: readonly EntityDefinition[] = [webhookMissedTable];

export const ghlWebhookMigrations: readonly SchemaMigration[] = [
  {
    name: 'ghl-webhooks-001-missed',
    up: (names) => [
      `create table webhook_missed (tenant_id uuid not null, connection_id uuid not null, resource text not null, missed int not null,
         missed_at timestamptz(3) not null, primary key (tenant_id, connection_id, resource))`,
      ...tenantTable(names, 'webhook_missed'),
      `create index connection_of_account on connection (account_id)`,
    ],
  },
];
