import { messagingEntities, messagingMigrations } from '@firmbridge/messaging';
import type { ServiceDefinition } from '@firmbridge/service';
import { MappingModule } from './app.module.js';
import { mappingConfig, type MappingConfig } from './config.js';
import { platformRules, type MatchingRules } from './domain/identity/rules.js';
import { platformNormalizers } from './domain/normalizers/catalogue.js';
import { mappingMigrations } from './persistence/migrations.js';
import { mappingTables } from './persistence/tables.js';

export { MatchingRules, platformRules } from './domain/identity/rules.js';
export { clioNormalizers, ghlNormalizers } from './domain/normalizers/catalogue.js';

/** mapping, comparing contacts by other rules than the platform's. */
export const mappingWith = (rules: MatchingRules): ServiceDefinition<MappingConfig> => ({
  name: 'mapping',
  config: mappingConfig,
  schema: {
    service: 'mapping',
    entities: [...messagingEntities, ...mappingTables],
    migrations: [...messagingMigrations, ...mappingMigrations],
  },
  module: () => MappingModule.forRoot(platformNormalizers, rules),
});

export const mapping = mappingWith(platformRules);
