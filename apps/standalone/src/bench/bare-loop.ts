import { finished } from 'node:stream/promises';
import axios from 'axios';
import { Agent } from 'node:http';
import pg from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import { z } from 'zod';

const pageSchema = z.object({
  data: z.union([z.array(z.looseObject({ id: z.number() })), z.looseObject({ id: z.number() })]),
  meta: z.object({ paging: z.object({ next: z.string().optional() }).optional() }).optional(),
});

export interface BareLoopOptions {
  readonly databaseUrl: string;
  readonly firstPages: readonly string[];
  readonly accessToken: string;
  readonly concurrency: number;
}

/** The least one could do: fetch every page and COPY its records into one table. No events, no checkpoints, no second run. */
export async function bareLoop(options: BareLoopOptions): Promise<{ records: number; seconds: number }> {
  const pool = new pg.Pool({ connectionString: options.databaseUrl, max: options.concurrency });
  const http = axios.create({
    httpAgent: new Agent({ keepAlive: true }),
    headers: { Authorization: `Bearer ${options.accessToken}` },
  });
  await pool.query('create table if not exists bare_record (source text, id bigint, body jsonb)');
  await pool.query('truncate bare_record');
  const todo = [...options.firstPages];
  let records = 0;
  const startedAt = performance.now();
  const strand = async () => {
    for (let first = todo.shift(); first; first = todo.shift()) {
      for (let url: string | undefined = first; url;) {
        const page: z.output<typeof pageSchema> = pageSchema.parse((await http.get<unknown>(url)).data);
        const rows = Array.isArray(page.data) ? page.data : [page.data];
        await copyIn(pool, first.split('?', 1)[0] ?? '', rows);
        records += rows.length;
        url = page.meta?.paging?.next;
      }
    }
  };
  await Promise.all(Array.from({ length: options.concurrency }, strand));
  const seconds = (performance.now() - startedAt) / 1000;
  await pool.query('drop table bare_record');
  await pool.end();
  return { records, seconds };
}

const escapes: Readonly<Record<string, string>> = { '\\': '\\\\', '\t': '\\t', '\n': '\\n', '\r': '\\r' };
const escaped = (text: string) => text.replace(/[\\\t\n\r]/g, (character) => escapes[character] ?? character);

async function copyIn(pool: pg.Pool, source: string, rows: readonly { id: number }[]): Promise<void> {
  const client = await pool.connect();
  try {
    const stream = client.query(copyFrom('copy bare_record from stdin'));
    stream.end(rows.map((row) => `${source}\t${row.id}\t${escaped(JSON.stringify(row))}\n`).join(''));
    await finished(stream);
  } finally {
    client.release();
  }
}
