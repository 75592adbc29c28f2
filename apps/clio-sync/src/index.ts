import { messagingEntities, messagingMigrations } from '@firmbridge/messaging';
import { rateLimitEntities, rateLimitMigrations } from '@firmbridge/rate-limit';
import type { ServiceDefinition } from '@firmbridge/service';
import { syncEngineEntities, syncEngineMigrations } from '@firmbridge/sync-engine';
import { ClioSyncModule } from './app.module.js';
import { clioSyncConfig, type ClioSyncConfig } from './config.js';

export const clioSync: ServiceDefinition<ClioSyncConfig> = {
  name: 'clio-sync',
  config: clioSyncConfig,
  schema: {
    service: 'clio-sync',
    entities: [...messagingEntities, ...rateLimitEntities, ...syncEngineEntities],
    migrations: [...messagingMigrations, ...rateLimitMigrations, ...syncEngineMigrations],
  },
  module: ({ config }) => ClioSyncModule.forRoot(config),
};
