import { messagingEntities, messagingMigrations } from '@firmbridge/messaging';
import { rateLimitEntities, rateLimitMigrations } from '@firmbridge/rate-limit';
import type { ServiceDefinition } from '@firmbridge/service';
import { syncEngineEntities, syncEngineMigrations, webhookEntities, webhookMigrations } from '@firmbridge/sync-engine';
import { GhlSyncModule } from './app.module.js';
import { ghlSyncConfig, type GhlSyncConfig } from './config.js';
import { ghlWebhookEntities, ghlWebhookMigrations } from './persistence/webhook.schema.js';

export const ghlSync: ServiceDefinition<GhlSyncConfig> = {
  name: 'ghl-sync',
  config: ghlSyncConfig,
  schema: {
    service: 'ghl-sync',
    entities: [
      ...messagingEntities,
      ...rateLimitEntities,
      ...syncEngineEntities,
      ...webhookEntities,
      ...ghlWebhookEntities,
    ],
    migrations: [
      ...messagingMigrations,
      ...rateLimitMigrations,
      ...syncEngineMigrations,
      ...webhookMigrations,
      ...ghlWebhookMigrations,
    ],
  },
  module: ({ config }) => GhlSyncModule.forRoot(config),
};
