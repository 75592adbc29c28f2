import type { Database } from '@firmbridge/database';
import type pg from 'pg';
import { outboxPartitions } from './message-tables.js';
import type { OutboxRow } from './ordered-publishing.js';

export interface OutboxView {
  /** Partitions that have rows, whoever owns them, with the age of their first row in seconds. */
  readonly oldestAge: ReadonlyMap<number, number>;
  /** Rows in all, counted up to `countedAtMost`. */
  readonly depth: number;
}

export interface BatchLimits {
  readonly rows: number;
  readonly bytes: number;
}

interface BatchRequest extends BatchLimits {
  readonly partition: number;
  readonly withoutKeys: readonly string[];
}

const countedAtMost = 100_000;

/**
 * One relay's connection. It owns partitions by advisory locks, which end with the connection; reading and deleting use
 * the same connection, so a relay that lost its locks cannot go on deleting.
 */
export class RelaySession {
  readonly owned = new Set<number>();
  private lost = false;
  private queue: Promise<unknown> = Promise.resolve();

  private constructor(
    private readonly client: pg.Client,
    private readonly schema: string,
  ) {}

  static async open(database: Database, notified: (partitions: number[]) => void): Promise<RelaySession> {
    const client = await database.dedicatedClient('all-tenants');
    const session = new RelaySession(client, database.schema);
    client.on('end', () => (session.lost = true));
    client.on('notification', ({ payload = '' }) => notified(payload.split(',').map(Number)));
    await session.query(`listen "${session.channel}"`);
    // A server that crashes may bring back what was deleted last: that is told again, which consumers bear. Waiting for the disk
    // at each small batch would hold up what is told next.
    await session.query('set synchronous_commit = off');
    return session;
  }

  get isLost(): boolean {
    return this.lost;
  }

  /** Takes the partitions nobody owns. */
  async claim(): Promise<void> {
    const missing = Array.from({ length: outboxPartitions }, (_, index) => index).filter((p) => !this.owned.has(p));
    if (missing.length === 0) return;
    const rows = await this.query<{ partition: number }>(
      `select p as partition from unnest($2::int[]) as p where pg_try_advisory_lock(hashtext($1), p)`,
      [`outbox:${this.schema}`, missing],
    );
    for (const { partition } of rows) this.owned.add(partition);
  }

  async look(): Promise<OutboxView> {
    const rows = await this.query<{ partition: number; age: number }>(
      `select p as partition, extract(epoch from clock_timestamp() - first.created_at)::float8 as age
         from generate_series(0, $1::int - 1) as p
        cross join lateral (
              select created_at from outbox_message where partition = p order by id limit 1) as first`,
      [outboxPartitions],
    );
    const oldestAge = new Map(rows.map(({ partition, age }) => [partition, age]));
    return { oldestAge, depth: oldestAge.size === 0 ? 0 : await this.count() };
  }

  /** The first rows of a partition that are not of these keys, in order, up to the limits; always at least one. */
  read({ partition, withoutKeys, rows, bytes }: BatchRequest): Promise<OutboxRow[]> {
    return this.query<OutboxRow>(
      `select id, tenant_id as "tenantId", message_id as "messageId", ordering_key as "orderingKey", exchange, routing_key as "routingKey", type,
              traceparent, envelope
         from (select *, sum(octet_length(envelope)) over (order by id) - octet_length(envelope) as bytes_before
                 from (select * from outbox_message
                        where partition = $1 and ordering_key <> all ($2::text[])
                        order by id limit $3) as first_rows) as measured
        where bytes_before < $4
        order by id`,
      [partition, withoutKeys, rows, bytes],
    );
  }

  async remove(partition: number, ids: readonly string[]): Promise<void> {
    if (ids.length === 0) return;
    await this.query('delete from outbox_message where partition = $1 and id = any ($2::bigint[])', [partition, ids]);
  }

  /** Tells the relays of other replicas about rows in their partitions. */
  async notify(partitions: Iterable<number>): Promise<void> {
    await this.query('select pg_notify($1, $2)', [this.channel, [...partitions].join(',')]);
  }

  async close(): Promise<void> {
    this.owned.clear();
    await this.client.end();
  }

  private get channel(): string {
    return `outbox_${this.schema}`;
  }

  private async count(): Promise<number> {
    const [row] = await this.query<{ depth: number }>(
      'select count(*)::int as depth from (select from outbox_message limit $1) as counted',
      [countedAtMost],
    );
    return row?.depth ?? 0;
  }

  /** One statement at a time: the driver wants its caller to queue. */
  private query<Row extends pg.QueryResultRow>(sql: string, params: readonly unknown[] = []): Promise<Row[]> {
    const result = this.queue.then(() => this.client.query<Row>(sql, [...params])).then(({ rows }) => rows);
    this.queue = result.catch(() => undefined);
    return result;
  }
}
