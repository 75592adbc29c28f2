export { Database, type DatabaseOptions } from './database.js';
export { type Tx } from './transaction.js';
export { migrate, type MigrateOptions } from './migrate.js';
export { defaultNamespace, schemaNames, type SchemaNames } from './schema-names.js';
export { type EntityDefinition, type SchemaMigration, type ServiceSchema } from './service-schema.js';
export { tenantlessTable, tenantSetting, tenantTable, type TableAccess, type TablePrivilege } from './tenant-table.js';
export {
  deleteTenantRows,
  tenantTablesOf,
  waitForWriters,
  type DeletedRows,
  type DeleteTenantRowsOptions,
} from './tenant-rows.js';
export { schemaDrift } from './schema-drift.js';
export { isDatabaseAway } from './database-away.js';
export { sqlState, sqlStates } from './sql-state.js';
export {
  startEmbeddedPostgres,
  type EmbeddedPostgres,
  type EmbeddedPostgresOptions,
} from './embedded/start-embedded-postgres.js';
