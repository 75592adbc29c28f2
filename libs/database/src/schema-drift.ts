import { MikroORM } from '@mikro-orm/postgresql';
import { connectionFacts } from './connection-facts.js';
import type { Database } from './database.js';
import { migrationTable } from './migrate.js';

/**
 * The statements that would make the tables look as the entities say; empty when migrations and entities agree. Tables
 * without an entity and row-level security are not compared. Looks with the login's own rights: constraints show only to
 * their owner.
 */
export async function schemaDrift(database: Database): Promise<string> {
  const { url, entities } = database.options;
  const orm = await MikroORM.init({
    clientUrl: url,
    entities: [...entities],
    schema: database.schema,
    pool: { min: 0, max: 1 },
    driverOptions: connectionFacts(url, {
      applicationName: `${database.names.role}:drift`,
      searchPath: database.schema,
    }),
    metadataCache: { enabled: false },
    discovery: { warnWhenNoEntities: false },
    schemaGenerator: { ignorePolicies: true, ignoreRoutines: true, skipTables: [migrationTable] },
  });
  try {
    return (await orm.schema.getUpdateSchemaSQL({ wrap: false, dropTables: false })).trim();
  } finally {
    await orm.close();
  }
}
