import type { Database } from './database.js';
import { quoteName } from './identifiers.js';
import type { Tx } from './transaction.js';

export interface DeletedRows {
  /** Rows deleted by this pass. */
  readonly rows: number;
  /** Tables that hold rows of the tenant which the service may not delete. */
  readonly kept: readonly string[];
}

export interface DeleteTenantRowsOptions {
  /** Tables left as they are. */
  readonly except?: readonly string[];
  /** Rows of one transaction, default 5 000: long tables hold nobody up. */
  readonly batchRows?: number;
  /** Belongs to the transaction of each batch. */
  readonly onBatch?: (tx: Tx, rows: number) => Promise<void>;
}

/** The service's own tables with a `tenant_id`, as PostgreSQL's catalogue has them: a new table needs no mention anywhere. */
export async function tenantTablesOf(tx: Tx): Promise<{ name: string; deletable: boolean }[]> {
  return tx.query(
    `select c.relname as name, has_table_privilege(c.oid, 'delete') as deletable
       from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attname = 'tenant_id' and not a.attisdropped
      where c.relnamespace = (select oid from pg_namespace where nspname = current_schema()) and c.relkind in ('r', 'p')
      order by c.relname`,
  );
}

/** One pass over all tables of the schema, in batches. What others write meanwhile may be left: see `waitForWriters`. */
export async function deleteTenantRows(
  database: Database,
  tenantId: string,
  { except = [], batchRows = 5_000, onBatch }: DeleteTenantRowsOptions = {},
): Promise<DeletedRows> {
  const tables = (await database.inTenant(tenantId, tenantTablesOf)).filter(({ name }) => !except.includes(name));
  const kept: string[] = [];
  let rows = 0;
  for (const { name, deletable } of tables) {
    if (!deletable) {
      if (await database.inTenant(tenantId, (tx) => hasRows(tx, name, tenantId))) kept.push(name);
      continue;
    }
    for (;;) {
      const gone = await database.inTenant(tenantId, async (tx) => {
        const count = await deleteBatch(tx, name, tenantId, batchRows);
        if (count > 0) await onBatch?.(tx, count);
        return count;
      });
      rows += gone;
      if (gone < batchRows) break;
    }
  }
  return { rows, kept };
}

async function deleteBatch(tx: Tx, table: string, tenantId: string, limit: number): Promise<number> {
  const name = quoteName(table);
  const [row] = await tx.query<{ gone: number }>(
    `with gone as (
       delete from ${name} where ctid = any (array(select ctid from ${name} where tenant_id = $1 limit $2)) returning 1
     ) select count(*)::int as gone from gone`,
    [tenantId, limit],
  );
  return row?.gone ?? 0;
}

async function hasRows(tx: Tx, table: string, tenantId: string): Promise<boolean> {
  const rows = await tx.query(`select 1 from ${quoteName(table)} where tenant_id = $1 limit 1`, [tenantId]);
  return rows.length > 0;
}

const lookEveryMs = 50;

/**
 * Resolves when every transaction that is writing into the schema at this moment has ended; false when one has not within the
 * time. Later ones are not waited for: they see what was committed before this call.
 */
export async function waitForWriters(database: Database, timeoutMs: number): Promise<boolean> {
  const deadline = Date.now() + timeoutMs;
  let writers = await database.acrossTenants((tx) => writersOf(tx, null));
  while (writers.length > 0) {
    if (Date.now() >= deadline) return false;
    await new Promise((resolve) => setTimeout(resolve, lookEveryMs));
    const before = writers;
    writers = await database.acrossTenants((tx) => writersOf(tx, before));
  }
  return true;
}

/** Virtual transactions with a writer's lock on a table of the schema; of those given, or of all. */
async function writersOf(tx: Tx, among: readonly string[] | null): Promise<string[]> {
  const rows = await tx.query<{ id: string }>(
    `select distinct l.virtualtransaction as id
       from pg_locks l join pg_class c on c.oid = l.relation
      where l.database = (select oid from pg_database where datname = current_database())
        and c.relnamespace = (select oid from pg_namespace where nspname = current_schema())
        and l.mode = 'RowExclusiveLock' and l.pid <> pg_backend_pid()
        and ($1::text[] is null or l.virtualtransaction = any ($1))`,
    [among],
  );
  return rows.map(({ id }) => id);
}
