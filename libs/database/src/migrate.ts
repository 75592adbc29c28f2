import { AppError, messageOf } from '@firmbridge/contracts';
import { Migration, Migrator } from '@mikro-orm/migrations';
import { type Constructor, MikroORM } from '@mikro-orm/postgresql';
import pg from 'pg';
import { connectionFacts } from './connection-facts.js';
import { quoteName } from './identifiers.js';
import { ensureRoles } from './roles.js';
import { type SchemaNames, schemaNames } from './schema-names.js';
import type { SchemaMigration, ServiceSchema } from './service-schema.js';
import { thisTenantFunction } from './this-tenant.js';

export interface MigrateOptions {
  /** A login that may create roles and schemas. */
  readonly url: string;
  readonly namespace?: string;
  readonly services: readonly ServiceSchema[];
  /** Given to each service role; without it the roles can only be taken on by another login. */
  readonly rolePassword?: string;
}

export const migrationTable = 'schema_migration';

const applicationName = 'firmbridge:migrate';

/**
 * Brings roles, schemas and tables of the services up to date. Repeating it changes nothing; several processes may do it
 * at once, one works while the others wait. Each service's pending steps are applied together or not at all.
 */
export async function migrate(options: MigrateOptions): Promise<void> {
  for (const service of options.services) refuseRepeatedNames(service);
  const client = new pg.Client(connectionFacts(options.url, { applicationName }));
  await client.connect();
  try {
    await client.query("select pg_advisory_lock(hashtext('firmbridge.migrate'))");
    for (const service of options.services) {
      const names = schemaNames(service.service, options.namespace);
      await ensureRoles(client, names, options.rolePassword);
      await ensureSchema(client, names);
      await applyMigrations(options.url, names, service.migrations);
      await client.query(
        `grant usage on all sequences in schema ${quoteName(names.schema)} to ${quoteName(names.role)}, ${quoteName(names.allTenantsRole)}`,
      );
    }
  } finally {
    await client.end();
  }
}

async function ensureSchema(client: pg.Client, names: SchemaNames): Promise<void> {
  const schema = quoteName(names.schema);
  await client.query(`create schema if not exists ${schema}`);
  await client.query(`grant usage on schema ${schema} to ${quoteName(names.role)}, ${quoteName(names.allTenantsRole)}`);
  for (const statement of thisTenantFunction(names)) await client.query(statement);
}

async function applyMigrations(url: string, names: SchemaNames, migrations: readonly SchemaMigration[]): Promise<void> {
  if (migrations.length === 0) return;
  const orm = await MikroORM.init({
    clientUrl: url,
    entities: [],
    discovery: { warnWhenNoEntities: false },
    metadataCache: { enabled: false },
    ensureDatabase: false,
    pool: { min: 0, max: 2 },
    driverOptions: connectionFacts(url, { applicationName, searchPath: names.schema }),
    extensions: [Migrator],
    migrations: {
      schema: names.schema,
      tableName: migrationTable,
      migrationsList: migrations.map((step) => ({ name: step.name, class: migrationClass(step, names) })),
      silent: true,
      snapshot: false,
      // Switching foreign keys off needs a superuser.
      disableForeignKeys: false,
    },
  });
  let current = 'none yet';
  orm.migrator.on('migrating', ({ name }) => {
    current = name;
  });
  try {
    await orm.migrator.up();
  } catch (error) {
    const message = `Migrating ${names.service} failed at "${current}": ${messageOf(error)}`;
    throw new AppError('internal', 'database.migration_failed', message, { cause: error });
  } finally {
    await orm.close();
  }
}

function migrationClass(step: SchemaMigration, names: SchemaNames): Constructor<Migration> {
  return class extends Migration {
    override up(): void {
      for (const statement of step.up(names)) this.addSql(statement);
    }
  };
}

function refuseRepeatedNames({ service, migrations }: ServiceSchema): void {
  const known = new Set<string>();
  for (const { name } of migrations) {
    if (known.has(name)) {
      throw new AppError('internal', 'database.repeated_migration', `${service} has two migrations named "${name}".`);
    }
    known.add(name);
  }
}
