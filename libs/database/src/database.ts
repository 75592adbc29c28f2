import { AppError, messageOf } from '@firmbridge/contracts';
import { MikroORM } from '@mikro-orm/postgresql';
import { randomUUID } from 'node:crypto';
import { CompiledQuery, type Kysely } from 'kysely';
import pg from 'pg';
import { connectionFacts } from './connection-facts.js';
import { ReleasingDriver } from './releasing-driver.js';
import { type SchemaNames, schemaNames } from './schema-names.js';
import type { EntityDefinition } from './service-schema.js';
import { sqlState } from './sql-state.js';
import { tenantSetting } from './tenant-table.js';
import { OpenTransaction, runAfterwards, type Tx } from './transaction.js';

export interface DatabaseOptions {
  /** Any login that may `SET ROLE` to the service's roles; best the service's own. */
  readonly url: string;
  /** `clio-sync`; its schema is `clio_sync`. */
  readonly service: string;
  /** Prefix of the roles, default `firmbridge`. */
  readonly namespace?: string;
  readonly entities: readonly EntityDefinition[];
  /** Connections at most, default 10. */
  readonly poolMax?: number;
  /** Longest statement, default 30 s. */
  readonly statementTimeoutMs?: number;
  /** Longest pause inside a transaction before the server ends it, default 60 s. */
  readonly idleInTransactionTimeoutMs?: number;
  /** Longest wait for a free connection, default 10 s. */
  readonly connectTimeoutMs?: number;
}

interface SessionContext {
  variables?: Record<string, string>;
  role?: string;
}

const uuidPattern = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/**
 * A service's own schema. Every statement runs in a transaction of one tenant, or of all tenants when the caller says so;
 * a statement outside of both sees no row.
 */
export class Database {
  private constructor(
    readonly orm: MikroORM,
    readonly names: SchemaNames,
    readonly options: DatabaseOptions,
  ) {}

  /** Connects and makes sure that the connection has the service's role and schema; fails with a sentence otherwise. */
  static async connect(options: DatabaseOptions): Promise<Database> {
    const names = schemaNames(options.service, options.namespace);
    const orm = await MikroORM.init({
      driver: ReleasingDriver,
      clientUrl: options.url,
      entities: [...options.entities],
      schema: names.schema,
      // Several services may share a process: a context of their own keeps one's transaction out of the other's entity manager.
      contextName: `${names.role}:${randomUUID()}`,
      pool: { min: 0, max: options.poolMax ?? 10 },
      driverOptions: {
        ...connectionFacts(options.url, {
          applicationName: names.role,
          role: names.role,
          searchPath: names.schema,
          statementTimeoutMs: options.statementTimeoutMs ?? 30_000,
          idleInTransactionTimeoutMs: options.idleInTransactionTimeoutMs ?? 60_000,
        }),
        connectionTimeoutMillis: options.connectTimeoutMs ?? 10_000,
      },
      metadataCache: { enabled: false },
      discovery: { warnWhenNoEntities: false },
      schemaGenerator: { ignorePolicies: true, ignoreRoutines: true },
    });
    const database = new Database(orm, names, options);
    try {
      await database.checkIdentity();
    } catch (error) {
      await orm.close(true);
      throw asStartError(error, names);
    }
    return database;
  }

  get schema(): string {
    return this.names.schema;
  }

  /** One transaction that sees and writes rows of this tenant only. */
  inTenant<T>(tenantId: string, work: (tx: Tx) => Promise<T>): Promise<T> {
    if (!uuidPattern.test(tenantId)) {
      return Promise.reject(new AppError('validation', 'tenant.bad_id', 'A tenant id must be a UUID.'));
    }
    return this.transaction({ variables: { [tenantSetting]: tenantId } }, work);
  }

  /** One transaction that sees and writes rows of every tenant. */
  acrossTenants<T>(work: (tx: Tx) => Promise<T>): Promise<T> {
    return this.transaction({ role: this.names.allTenantsRole }, work);
  }

  /**
   * One statement that is a whole transaction, in a single round trip. It sees no row of a table of tenants unless it sets
   * `tenantSetting` itself: only for functions of ours that do.
   */
  async statement<Row>(sql: string, params: readonly unknown[]): Promise<Row[]> {
    const client = this.orm.em.getConnection().getClient() as Kysely<unknown>;
    const { rows } = await client.executeQuery<Row>(CompiledQuery.raw(sql, [...params]));
    return rows;
  }

  /** Resolves when the database answers. */
  async ping(): Promise<void> {
    await this.orm.em.getConnection().execute('select 1');
  }

  /**
   * A connection of its own, without a statement timeout, for advisory locks and LISTEN; the caller ends it. A lost
   * connection shows as its 'end' event and as failing queries.
   */
  async dedicatedClient(role?: 'all-tenants'): Promise<pg.Client> {
    const client = new pg.Client({
      ...connectionFacts(this.options.url, {
        applicationName: `${this.names.role}:dedicated`,
        role: role === 'all-tenants' ? this.names.allTenantsRole : this.names.role,
        searchPath: this.schema,
      }),
      connectionTimeoutMillis: this.options.connectTimeoutMs ?? 10_000,
    });
    // Without a listener the loss of an idle connection would end the process.
    client.on('error', (error) => process.emitWarning(error.message, 'DatabaseConnectionWarning'));
    await client.connect();
    return client;
  }

  /** Waits for running statements and gives all connections back. */
  async close(): Promise<void> {
    await this.orm.close();
  }

  private async transaction<T>(sessionContext: SessionContext, work: (tx: Tx) => Promise<T>): Promise<T> {
    const em = this.orm.em.fork();
    em.setSessionContext(sessionContext);
    const afterwards: (() => void)[] = [];
    const result = await em.transactional((transactional) => work(new OpenTransaction(transactional, afterwards)), {
      clear: true,
    });
    runAfterwards(afterwards);
    return result;
  }

  private async checkIdentity(): Promise<void> {
    const [identity] = await this.orm.em
      .getConnection()
      .execute<{ role: string; schema: string | null }[]>('select current_user as role, current_schema() as schema');
    if (identity?.role === this.names.role && identity.schema === this.schema) return;
    throw new AppError(
      'internal',
      'database.wrong_identity',
      `The connection runs as role "${identity?.role}" in schema "${identity?.schema}" instead of "${this.names.role}" in ` +
        `"${this.schema}": migrate first, and connect without a pooler that drops start-up options.`,
    );
  }
}

const invalidParameter = '22023';
const undefinedObject = '42704';

function asStartError(error: unknown, names: SchemaNames): unknown {
  if (error instanceof AppError) return error;
  const state = sqlState(error);
  if (state === invalidParameter || state === undefinedObject) {
    const message = `The role "${names.role}" does not exist or may not be taken by this login: run the migrations first.`;
    return new AppError('internal', 'database.not_migrated', message, { cause: error });
  }
  const message = `The database of ${names.service} cannot be reached: ${messageOf(error)}.`;
  return new AppError('unavailable', 'database.unreachable', message, { cause: error });
}
