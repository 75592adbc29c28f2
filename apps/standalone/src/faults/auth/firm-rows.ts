import type pg from 'pg';
import { z } from 'zod';

/** A number for the rows that a firm has in each table. */
export type FirmRows = ReadonlyMap<string, string>;

const tables = z.array(z.object({ name: z.string() }));
const digests = z.array(z.object({ digest: z.string() }));

/** Tables of messages come and go with the work of the platform itself. */
const ofTheFirm = `
  select format('%I.%I', n.nspname, c.relname) as name
    from pg_class c join pg_namespace n on n.oid = c.relnamespace join pg_attribute a on a.attrelid = c.oid
   where c.relkind in ('r', 'p') and not c.relispartition and a.attname = 'tenant_id' and not a.attisdropped
     and c.relname not in ('outbox_message', 'inbox_message') order by 1`;

export async function rowsOf(db: pg.Pool, tenantId: string): Promise<FirmRows> {
  const rows = new Map<string, string>();
  for (const { name } of tables.parse((await db.query(ofTheFirm)).rows)) {
    const sql = `select count(*) || ' ' || coalesce(md5(string_agg(t::text, '|' order by t::text)), '') as digest
                   from ${name} as t where tenant_id = $1`;
    const [row] = digests.parse((await db.query(sql, [tenantId])).rows);
    rows.set(name, row?.digest ?? '');
  }
  return rows;
}

export function changedTables(before: FirmRows, after: FirmRows): string[] {
  return [...before].flatMap(([table, digest]) => (after.get(table) === digest ? [] : [table]));
}

/** The sabotage: row-level security is off, and every statement takes the tenant of its transaction for this one. */
export async function mistakeTenants(db: pg.Pool, tenantId: string): Promise<void> {
  const shut = await db.query(
    `select format('%I.%I', n.nspname, c.relname) as name
       from pg_class c join pg_namespace n on n.oid = c.relnamespace where c.relrowsecurity`,
  );
  for (const { name } of tables.parse(shut.rows)) await db.query(`alter table ${name} disable row level security`);
  const functions = await db.query("select oid::regprocedure::text as name from pg_proc where proname = 'this_tenant'");
  for (const { name } of tables.parse(functions.rows)) {
    await db.query(
      `create or replace function ${name} returns uuid language sql stable as $$ select '${z.uuid().parse(tenantId)}'::uuid $$`,
    );
  }
}
