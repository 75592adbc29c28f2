import { messagingEntities, messagingMigrations } from '@firmbridge/messaging';
import { rateLimitEntities, rateLimitMigrations } from '@firmbridge/rate-limit';
import type { ServiceDefinition } from '@firmbridge/service';
import { syncEngineEntities, syncEngineMigrations, webhookEntities, webhookMigrations } from '@firmbridge/sync-engine';
import { vaultEntities, vaultMigrations } from '@firmbridge/vault';
import { ClioSyncModule } from './app.module.js';
import { clioSyncConfig, type ClioSyncConfig } from './config.js';
import { clioWebhookEntities, clioWebhookMigrations } from './persistence/webhook.schema.js';

export const clioSync: ServiceDefinition<ClioSyncConfig> = {
  name: 'clio-sync',
  config: clioSyncConfig,
  schema: {
    service: 'clio-sync',
    entities: [
      ...messagingEntities,
      ...rateLimitEntities,
      ...vaultEntities,
      ...syncEngineEntities,
      ...webhookEntities,
      ...clioWebhookEntities,
    ],
    migrations: [
      ...messagingMigrations,
      ...rateLimitMigrations,
      ...vaultMigrations,
      ...syncEngineMigrations,
      ...webhookMigrations,
      ...clioWebhookMigrations,
    ],
  },
  module: ({ config }) => ClioSyncModule.forRoot(config),
};
