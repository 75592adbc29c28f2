import type pg from 'pg';
import { until } from './until.js';

/** Until no service has anything to tell any more. */
export async function untilPublished(db: Pick<pg.Pool, 'query'>): Promise<void> {
  const { rows } = await db.query<{ name: string }>(
    "select format('%I.outbox_message', table_schema) as name from information_schema.tables where table_name = 'outbox_message'",
  );
  const left = rows.map(({ name }) => `select count(*) from ${name}`).join(' union all ');
  const isDone = async () => {
    const waiting = await db.query<{ count: number }>(`select sum(count)::int as count from (${left}) as l`);
    return waiting.rows[0]?.count === 0;
  };
  await until(isDone, { timeoutMs: 60_000, intervalMs: 200, what: () => 'empty outboxes' });
}
