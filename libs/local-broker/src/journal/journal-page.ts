import type pg from 'pg';
import type { QueuedMessage } from '../message.js';

export interface PageRequest {
  readonly queueId: number;
  /** The position before the first one wanted. */
  readonly after: number;
  readonly limit: number;
  /** The page ends with the message that passes this size. */
  readonly maxBytes: number;
}

interface MessageRow {
  readonly position: string;
  readonly envelope: string;
  readonly content: Buffer;
  readonly expires_ms: string | null;
  readonly return_count: number;
}

export async function readPage(pool: pg.Pool, schema: string, request: PageRequest): Promise<QueuedMessage[]> {
  const { rows } = await pool.query<MessageRow>({
    name: 'read-page',
    text: `select position, envelope, content, return_count, (extract(epoch from expires_at) * 1000)::bigint as expires_ms
      from (
        select page.*, sum(octet_length(content)) over (order by position) - octet_length(content) as bytes_before
        from (select * from ${schema}.message where queue_id = $1 and position > $2 order by position limit $3) as page
      ) as measured
      where bytes_before < $4 order by position`,
    values: [request.queueId, request.after, request.limit, request.maxBytes],
  });
  return rows.map((row) => ({
    queueId: request.queueId,
    position: Number(row.position),
    envelope: row.envelope,
    content: row.content,
    expiresAt: row.expires_ms === null ? undefined : Number(row.expires_ms),
    returns: row.return_count,
    row: 'written',
  }));
}
