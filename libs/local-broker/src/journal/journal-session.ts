import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { AppError } from '@firmbridge/contracts';
import pg from 'pg';
import { journalFormat, lockKey, schemaStatements, type Statement } from './journal-schema.js';

/** A process that was killed keeps the lock until its server process notices. */
const lockWaitMs = 2_000;
const longestBackoffMs = 2_000;

export interface JournalSessionOptions {
  readonly databaseUrl: string;
  readonly schema: string;
  readonly onProblem: (error: unknown) => void;
}

/**
 * The one database session that writes. It holds the schema's advisory lock, so whoever writes owns the journal: a session that
 * was cut off has lost the lock with it and must get it back, and find itself still the recorded owner, before it writes again.
 */
export class JournalSession {
  private readonly owner = randomUUID();
  private readonly schema: string;
  private client: pg.Client | undefined;
  private isClosing = false;

  private constructor(private readonly options: JournalSessionOptions) {
    this.schema = pg.escapeIdentifier(options.schema);
  }

  static async open(options: JournalSessionOptions): Promise<JournalSession> {
    const session = new JournalSession(options);
    const client = await session.dial();
    try {
      await session.lock(client);
      await session.takeOver(client);
    } catch (error) {
      await client.end();
      throw error;
    }
    session.client = client;
    return session;
  }

  async read<Row extends pg.QueryResultRow>(statement: Statement): Promise<Row[]> {
    const client = this.client ?? (await this.reconnect());
    return (await client.query<Row>({ ...statement, values: [...statement.values] })).rows;
  }

  /** One transaction, repeated until it is committed: every statement must bear being run twice. */
  async write(statements: readonly Statement[]): Promise<void> {
    for (let backoffMs = 50; ; backoffMs = Math.min(backoffMs * 2, longestBackoffMs)) {
      try {
        return await this.transact(this.client ?? (await this.reconnect()), statements);
      } catch (error) {
        if (error instanceof AppError || this.isClosing) throw error;
        this.options.onProblem(error);
        await delay(backoffMs, undefined, { ref: false });
      }
    }
  }

  /** From here on a failing write fails for good. */
  expectEnd(): void {
    this.isClosing = true;
  }

  async close(): Promise<void> {
    this.isClosing = true;
    const client = this.client;
    this.client = undefined;
    await client?.end();
  }

  private async transact(client: pg.Client, statements: readonly Statement[]): Promise<void> {
    const run = (statement: Statement) => client.query({ ...statement, values: [...statement.values] });
    const [only, ...others] = statements;
    if (only && others.length === 0) return void (await run(only));
    await client.query('begin');
    try {
      for (const statement of statements) await run(statement);
      await client.query('commit');
    } catch (error) {
      await client.query('rollback');
      throw error;
    }
  }

  private async reconnect(): Promise<pg.Client> {
    const client = await this.dial();
    try {
      await this.lock(client);
      const { rows } = await client.query<{ owner: string }>(`select owner from ${this.schema}.broker`);
      if (rows[0]?.owner !== this.owner) throw this.takenBySomeoneElse();
    } catch (error) {
      await client.end();
      throw error;
    }
    this.client = client;
    return client;
  }

  private async dial(): Promise<pg.Client> {
    const client = new pg.Client({
      connectionString: this.options.databaseUrl,
      application_name: 'firmbridge local broker',
      keepAlive: true,
    });
    client.on('error', (error) => this.lose(client, error));
    client.on('end', () => this.lose(client, undefined));
    await client.connect();
    // Arrays of unknown length and a table whose statistics are always out of date: only the primary key is a sane way in.
    for (const setting of ['enable_seqscan = off', 'enable_hashjoin = off', 'enable_mergejoin = off'])
      await client.query(`set ${setting}`);
    await client.query('set plan_cache_mode = force_generic_plan');
    await client.query('set synchronous_commit = on');
    return client;
  }

  private lose(client: pg.Client, error: Error | undefined): void {
    if (this.client === client) this.client = undefined;
    if (error && !this.isClosing) this.options.onProblem(error);
  }

  private async lock(client: pg.Client): Promise<void> {
    const until = Date.now() + lockWaitMs;
    for (;;) {
      const { rows } = await client.query<{ ours: boolean }>('select pg_try_advisory_lock($1::bigint) as ours', [
        lockKey(this.options.schema),
      ]);
      if (rows[0]?.ours) return;
      if (Date.now() >= until) throw this.takenBySomeoneElse();
      await delay(50);
    }
  }

  private async takeOver(client: pg.Client): Promise<void> {
    for (const statement of schemaStatements(this.options.schema)) await client.query(statement);
    const { rows } = await client.query<{ format: number }>(
      `insert into ${this.schema}.broker (format, owner) values ($1, $2)
       on conflict (is_only) do update set owner = excluded.owner, opened_at = now() returning format`,
      [journalFormat, this.owner],
    );
    if (rows[0]?.format === journalFormat) return;
    throw new AppError('conflict', 'local_broker.format', 'This local broker journal was written by another version.', {
      details: { schema: this.options.schema, found: rows[0]?.format, expected: journalFormat },
    });
  }

  private takenBySomeoneElse(): AppError {
    return new AppError(
      'conflict',
      'local_broker.in_use',
      'Another Firmbridge already uses this local broker: stop it, or give this one its own database.',
      { details: { schema: this.options.schema } },
    );
  }
}
