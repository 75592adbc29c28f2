import { messagingEntities, messagingMigrations } from '@firmbridge/messaging';
import type { ServiceDefinition } from '@firmbridge/service';
import { AuditLogModule } from './app.module.js';
import { auditLogConfig, type AuditLogConfig } from './config.js';
import { auditLogMigrations } from './persistence/migrations.js';
import { deadLetterTable, problemTable, resendPaceTable, transactionTable } from './persistence/tables.js';

export const auditLog: ServiceDefinition<AuditLogConfig> = {
  name: 'audit-log',
  config: auditLogConfig,
  schema: {
    service: 'audit-log',
    entities: [...messagingEntities, transactionTable, problemTable, deadLetterTable, resendPaceTable],
    migrations: [...messagingMigrations, ...auditLogMigrations],
  },
  module: () => ({ module: AuditLogModule }),
};
