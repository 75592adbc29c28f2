import { messagingEntities, messagingMigrations } from '@firmbridge/messaging';
import { rateLimitEntities, rateLimitMigrations } from '@firmbridge/rate-limit';
import type { ServiceDefinition } from '@firmbridge/service';
import { syncEngineEntities, syncEngineMigrations } from '@firmbridge/sync-engine';
import { GhlSyncModule } from './app.module.js';
import { ghlSyncConfig, type GhlSyncConfig } from './config.js';

export const ghlSync: ServiceDefinition<GhlSyncConfig> = {
  name: 'ghl-sync',
  config: ghlSyncConfig,
  schema: {
    service: 'ghl-sync',
    entities: [...messagingEntities, ...rateLimitEntities, ...syncEngineEntities],
    migrations: [...messagingMigrations, ...rateLimitMigrations, ...syncEngineMigrations],
  },
  module: ({ config }) => GhlSyncModule.forRoot(config),
};
