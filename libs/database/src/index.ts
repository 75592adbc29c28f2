export { Database, type DatabaseOptions } from './database.js';
export { type Tx } from './transaction.js';
export { migrate, type MigrateOptions } from './migrate.js';
export { defaultNamespace, schemaNames, type SchemaNames } from './schema-names.js';
export { type EntityDefinition, type SchemaMigration, type ServiceSchema } from './service-schema.js';
export { tenantlessTable, tenantTable, type TableAccess, type TablePrivilege } from './tenant-table.js';
export { schemaDrift } from './schema-drift.js';
export { sqlState, sqlStates } from './sql-state.js';
export {
  startEmbeddedPostgres,
  type EmbeddedPostgres,
  type EmbeddedPostgresOptions,
} from './embedded/start-embedded-postgres.js';
