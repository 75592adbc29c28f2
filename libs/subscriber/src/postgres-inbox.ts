import { AppError, isAppError, messageOf } from '@firmbridge/contracts';
import { inboxUnavailable, mayRepeatVersion, type Inbox, type InboxEntry, type InboxOutcome } from './inbox.js';

/** What is needed of a connection to PostgreSQL; pg's `PoolClient` fits. */
export interface PostgresClient {
  query(text: string, values?: unknown[]): Promise<{ rows: unknown[] }>;
  /** With an error the connection is thrown away. */
  release(error?: Error | boolean): void;
}

/** What is needed of a pool; pg's `Pool` fits. */
export interface PostgresPool<Client extends PostgresClient = PostgresClient> {
  connect(): Promise<Client>;
}

export interface PostgresInboxOptions {
  /** Where the tables are; default `public`. */
  readonly schema?: string;
  /** Default 30. A dead letter that is resent later than that could have its effect twice. */
  readonly keepDays?: number;
}

const sweepRows = 5_000;
/** Any number; two processes that create the tables at once wait for each other. */
const creationLock = 7_305_061_912;

/** The statements that create the inbox's tables, for a migration; they may be repeated. */
export function postgresInboxTables(schema = 'public'): string {
  const [inbox, versions] = tablesOf(schema);
  return [
    `create table if not exists ${inbox} (
  consumer text not null, message_id uuid not null, message_day date not null,
  primary key (consumer, message_id, message_day));`,
    `create index if not exists firmbridge_inbox_by_day on ${inbox} (message_day);`,
    `create table if not exists ${versions} (
  consumer text not null, tenant_id uuid not null, entity_id uuid not null, epoch bigint not null, n bigint not null,
  primary key (consumer, tenant_id, entity_id));`,
  ].join('\n');
}

/** An inbox in the subscriber's own PostgreSQL: handlers get the client, within the transaction that remembers the event. */
export class PostgresInbox<Client extends PostgresClient> implements Inbox<Client> {
  private readonly statements: Statements;

  constructor(
    private readonly pool: PostgresPool<Client>,
    private readonly options: PostgresInboxOptions = {},
  ) {
    this.statements = statementsFor(options.schema ?? 'public');
  }

  /** Creates schema and tables where they are missing, for those who have no migrations. */
  async createTables(): Promise<void> {
    const { schema = 'public' } = this.options;
    await this.inTransaction(async (client) => {
      await client.query(`select pg_advisory_xact_lock(${creationLock})`);
      if (schema !== 'public') await client.query(`create schema if not exists ${quoted(schema)}`);
      await client.query(postgresInboxTables(schema));
    });
  }

  async check(): Promise<void> {
    try {
      await this.inTransaction((client) => client.query(this.statements.look));
    } catch (cause) {
      if (isAppError(cause)) throw cause;
      const message = `The inbox cannot be used: ${messageOf(cause)}. Its tables come with createTables() or postgresInboxTables().`;
      throw new AppError('precondition_failed', 'inbox.no_tables', message, { cause });
    }
  }

  /**
   * Of two deliveries at the same time one waits for the other's transaction: when that commits it is a duplicate, when it
   * rolls back it does the work.
   */
  once(entry: InboxEntry, work: (client: Client) => Promise<void>): Promise<InboxOutcome> {
    return this.inTransaction(async (client) => {
      if (!(await this.isNew(client, entry))) return 'duplicate';
      if (entry.newestOnly && !(await this.isNewest(client, entry))) return 'stale';
      await work(client);
      return 'handled';
    });
  }

  async sweep(): Promise<number> {
    const { keepDays = 30 } = this.options;
    let swept = 0;
    for (;;) {
      const { rows } = await this.inTransaction((client) => client.query(this.statements.sweep, [keepDays, sweepRows]));
      swept += rows.length;
      if (rows.length < sweepRows) return swept;
    }
  }

  private async isNew(client: Client, { consumer, event }: InboxEntry): Promise<boolean> {
    const { rows } = await client.query(this.statements.note, [consumer, event.id, event.time]);
    return rows.length > 0;
  }

  /** Locks the entity's row until the end of the transaction. */
  private async isNewest(client: Client, { consumer, event }: InboxEntry): Promise<boolean> {
    const { tenantId, entityId, version } = event;
    const values = [consumer, tenantId, entityId, version.epoch, version.n, mayRepeatVersion(event)];
    const { rows } = await client.query(this.statements.rise, values);
    return rows.length > 0;
  }

  private async inTransaction<T>(work: (client: Client) => Promise<T>): Promise<T> {
    const client = await this.begin();
    let broken: Error | undefined;
    try {
      const result = await work(client);
      await client.query('commit');
      return result;
    } catch (error) {
      broken = await failureOf(client.query('rollback'));
      throw error;
    } finally {
      client.release(broken);
    }
  }

  private async begin(): Promise<Client> {
    const client = await this.pool.connect().catch((error: unknown) => {
      throw away(error);
    });
    const broken = await failureOf(client.query('begin'));
    if (broken === undefined) return client;
    client.release(broken);
    throw away(broken);
  }
}

/** Accepts pg's Pool as it is: the second signature of its `connect` would hide the type of its clients. */
interface CallbackPool<Client extends PostgresClient> {
  connect(): Promise<Client>;
  connect(callback: (error: Error | undefined, client: Client | undefined, done: () => void) => void): void;
}

/** The inbox of a subscriber that has a PostgreSQL; `schema` must exist with its tables (see `createTables`). */
export function postgresInbox<Client extends PostgresClient>(
  pool: CallbackPool<Client>,
  options?: PostgresInboxOptions,
): PostgresInbox<Client>;
export function postgresInbox<Client extends PostgresClient>(
  pool: PostgresPool<Client>,
  options?: PostgresInboxOptions,
): PostgresInbox<Client>;
export function postgresInbox<Client extends PostgresClient>(
  pool: PostgresPool<Client>,
  options: PostgresInboxOptions = {},
): PostgresInbox<Client> {
  return new PostgresInbox(pool, options);
}

type Statements = Readonly<Record<'look' | 'note' | 'rise' | 'sweep', string>>;

function statementsFor(schema: string): Statements {
  const [inbox, versions] = tablesOf(schema);
  return {
    look: `select 1 from ${inbox}, ${versions} limit 0`,
    // The day of the event's own time never changes, so it may be part of the key and decide when the row is swept.
    note: `
      insert into ${inbox} (consumer, message_id, message_day) values ($1, $2, ($3::timestamptz at time zone 'utc')::date)
      on conflict do nothing returning 1 as noted`,
    rise: `
      insert into ${versions} as known (consumer, tenant_id, entity_id, epoch, n) values ($1, $2, $3, $4, $5)
      on conflict (consumer, tenant_id, entity_id) do update set epoch = excluded.epoch, n = excluded.n
        where (known.epoch, known.n) < (excluded.epoch, excluded.n)
           or ($6 and (known.epoch, known.n) = (excluded.epoch, excluded.n))
      returning 1 as risen`,
    sweep: `
      delete from ${inbox} where ctid = any (array(
        select ctid from ${inbox} where message_day < (now() at time zone 'utc')::date - $1::int limit $2::int))
      returning 1 as gone`,
  };
}

function tablesOf(schema: string): [inbox: string, versions: string] {
  return [`${quoted(schema)}.firmbridge_inbox`, `${quoted(schema)}.firmbridge_entity_version`];
}

function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

async function failureOf(query: Promise<unknown>): Promise<Error | undefined> {
  return query.then(
    () => undefined,
    (error: unknown) => (error instanceof Error ? error : new Error(messageOf(error))),
  );
}

function away(cause: unknown): AppError {
  return new AppError('unavailable', inboxUnavailable, `The inbox cannot be reached: ${messageOf(cause)}.`, { cause });
}
