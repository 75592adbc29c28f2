import { messagingEntities, messagingMigrations } from '@firmbridge/messaging';
import type { ServiceDefinition } from '@firmbridge/service';
import { vaultEntities, vaultMigrations } from '@firmbridge/vault';
import { AuthModule } from './app.module.js';
import { authConfig, type AuthConfig } from './config.js';
import { authMigrations } from './persistence/migrations.js';
import { authTables } from './persistence/tables.js';

export const auth: ServiceDefinition<AuthConfig> = {
  name: 'auth',
  config: authConfig,
  schema: {
    service: 'auth',
    entities: [...messagingEntities, ...vaultEntities, ...authTables],
    migrations: [...messagingMigrations, ...vaultMigrations, ...authMigrations],
  },
  module: ({ config }) => AuthModule.forRoot(config),
};

export { CreateSetupLink } from './application/people/create-setup-link.js';
