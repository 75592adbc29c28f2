import { messagingEntities, messagingMigrations } from '@firmbridge/messaging';
import type { ServiceDefinition } from '@firmbridge/service';
import { MappingModule } from './app.module.js';
import { mappingConfig, type MappingConfig } from './config.js';
import { mappingMigrations } from './persistence/migrations.js';
import { mappingTables } from './persistence/tables.js';

export const mapping: ServiceDefinition<MappingConfig> = {
  name: 'mapping',
  config: mappingConfig,
  schema: {
    service: 'mapping',
    entities: [...messagingEntities, ...mappingTables],
    migrations: [...messagingMigrations, ...mappingMigrations],
  },
  module: () => ({ module: MappingModule }),
};
