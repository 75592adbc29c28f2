import { tenantTable, type EntityDefinition, type SchemaMigration } from '@firmbridge/database';
import { defineEntity, p } from '@mikro-orm/core';

/**
 * A subscription of one resource. pending: Clio has not proved its address yet. active: it delivers. expiring: its renewal is due
 * and has not succeeded. suspended: Clio delivers nothing until it is created anew. deleted: over; it stays for a while as evidence.
 */
export const webhookSubscriptionTable = defineEntity({
  name: 'WebhookSubscription',
  tableName: 'webhook_subscription',
  properties: {
    tenantId: p.uuid().primary(),
    subscriptionId: p.uuid().primary(),
    connectionId: p.uuid(),
    resource: p.text(),
    state: p.text(),
    /** The unguessable end of its address. */
    pathId: p.text(),
    url: p.text(),
    /** Clio's own id; null until its creation was answered. */
    webhookId: p.text().nullable(),
    /** Sealed. */
    secret: p.text().nullable(),
    previousSecret: p.text().nullable(),
    previousUntil: p.datetime(3).nullable(),
    createdAt: p.datetime(3),
    activatedAt: p.datetime(3).nullable(),
    expiresAt: p.datetime(3).nullable(),
    renewAt: p.datetime(3).nullable(),
    /** After a failure it is not tried before. */
    retryAt: p.datetime(3),
    attempts: p.smallint(),
    missed: p.integer(),
    reason: p.text().nullable(),
    endedAt: p.datetime(3).nullable(),
  },
});

/** Who looks after the subscriptions of a connection, and when next. */
export const webhookWatchTable = defineEntity({
  name: 'WebhookWatch',
  tableName: 'webhook_watch',
  properties: {
    tenantId: p.uuid().primary(),
    connectionId: p.uuid().primary(),
    lookAt: p.datetime(3),
    lookedAt: p.datetime(3).nullable(),
    leaseToken: p.uuid().nullable(),
    leaseUntil: p.datetime(3),
    attempts: p.smallint(),
    reason: p.text().nullable(),
  },
});

export const clioWebhookEntities: readonly EntityDefinition[] = [webhookSubscriptionTable, webhookWatchTable];

export const clioWebhookMigrations: readonly SchemaMigration[] = [
  {
    name: 'clio-webhooks-001-subscriptions',
    up: (names) => [
      `create table webhook_subscription (tenant_id uuid not null, subscription_id uuid not null, connection_id uuid not null, resource text not null,
         state text not null, path_id text not null, url text not null, webhook_id text, secret text, previous_secret text,
         previous_until timestamptz(3), created_at timestamptz(3) not null, activated_at timestamptz(3), expires_at timestamptz(3),
         renew_at timestamptz(3), retry_at timestamptz(3) not null, attempts smallint not null, missed int not null, reason text,
         ended_at timestamptz(3), primary key (tenant_id, subscription_id),
         constraint webhook_subscription_state check (state in ('pending', 'active', 'expiring', 'suspended', 'deleted')))`,
      ...tenantTable(names, 'webhook_subscription'),
      `create unique index webhook_subscription_path on webhook_subscription (path_id)`,
      `create unique index webhook_subscription_one on webhook_subscription (tenant_id, connection_id, resource) where state <> 'deleted'`,
      `create table webhook_watch (tenant_id uuid not null, connection_id uuid not null, look_at timestamptz(3) not null, looked_at timestamptz(3),
         lease_token uuid, lease_until timestamptz(3) not null, attempts smallint not null, reason text, primary key (tenant_id, connection_id))`,
      ...tenantTable(names, 'webhook_watch'),
      `create index webhook_watch_due on webhook_watch (look_at)`,
    ],
  },
];
