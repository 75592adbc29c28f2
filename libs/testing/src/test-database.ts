import { Database, type DatabaseOptions, migrate, type ServiceSchema } from '@firmbridge/database';
import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { testDatabaseUrl } from './test-servers.js';

export interface TestDatabase {
  /** A superuser's URL of this database. */
  readonly url: string;
  /** Prefix of the roles; shared by all suites, because roles belong to the server. */
  readonly namespace: string;
  connect(schema: ServiceSchema, options?: Partial<DatabaseOptions>): Promise<Database>;
  /** Closes what `connect` opened and removes the database. */
  drop(): Promise<void>;
}

export const testDatabaseNamespace = 'firmbridge_test';

/** A fresh, migrated database for one suite. */
export async function createTestDatabase({ services }: { services: readonly ServiceSchema[] }): Promise<TestDatabase> {
  const name = `${databasePrefix()}${randomBytes(6).toString('hex')}`;
  const url = withDatabase(testDatabaseUrl(), name);
  await onServer(`create database ${name} template template0`);
  const connected: Database[] = [];
  const drop = async () => {
    await Promise.all(connected.splice(0).map((database) => database.close()));
    await onServer(`drop database if exists ${name} with (force)`);
  };
  try {
    await migrate({ url, namespace: testDatabaseNamespace, services });
  } catch (error) {
    await drop();
    throw error;
  }
  const connect = async ({ service, entities }: ServiceSchema, options: Partial<DatabaseOptions> = {}) => {
    const database = await Database.connect({ url, namespace: testDatabaseNamespace, service, entities, ...options });
    connected.push(database);
    return database;
  };
  return { url, namespace: testDatabaseNamespace, connect, drop };
}

/** The prefix names the run, so that its end can remove what a killed suite left behind. */
function databasePrefix(): string {
  return process.env['TEST_DATABASE_PREFIX'] ?? 'firmbridge_test_';
}

function withDatabase(server: string, name: string): string {
  const url = new URL(server);
  url.pathname = `/${name}`;
  return url.href;
}

async function onServer(statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: testDatabaseUrl() });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}
