import type { Configuration } from '@mikro-orm/core';
import { PostgreSqlConnection, PostgreSqlDriver } from '@mikro-orm/postgresql';
import type { DatabaseConnection, Dialect } from 'kysely';

/**
 * Kysely gives a transaction's connection back to the pool only after a commit or rollback that succeeded. On a connection
 * that was lost neither does, nor does the beginning of one, and the pool would be one connection smaller for ever: a restart
 * of PostgreSQL under load would leave none. A transaction that could not begin gives its connection back here. A failing
 * rollback counts as done: the server has rolled back by itself then. The pool drops what was lost when it comes back.
 */
class ReleasingConnection extends PostgreSqlConnection {
  override createKyselyDialect(overrides: Parameters<PostgreSqlConnection['createKyselyDialect']>[0]) {
    const dialect = super.createKyselyDialect(overrides);
    const createDriver = dialect.createDriver.bind(dialect);
    dialect.createDriver = () => {
      const driver: ReturnType<Dialect['createDriver']> = createDriver();
      const rollback = driver.rollbackTransaction.bind(driver);
      driver.rollbackTransaction = async (connection: DatabaseConnection) => {
        await rollback(connection).catch((error: unknown) => {
          this.logger.warn('info', `A transaction was lost with its connection: ${String(error)}`);
        });
      };
      const begin = driver.beginTransaction.bind(driver);
      driver.beginTransaction = async (connection, settings) => {
        try {
          await begin(connection, settings);
        } catch (error) {
          await driver.releaseConnection(connection);
          throw error;
        }
      };
      return driver;
    };
    return dialect;
  }
}

export class ReleasingDriver extends PostgreSqlDriver {
  constructor(config: Configuration) {
    super(config);
    Object.assign(this, { connection: new ReleasingConnection(config) });
  }
}
