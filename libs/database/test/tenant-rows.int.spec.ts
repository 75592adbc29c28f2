import { randomUUID } from 'node:crypto';
import { createTestDatabase, type TestDatabase } from '@firmbridge/testing';
import { deleteTenantRows, tenantTable, waitForWriters, type Database, type ServiceSchema } from '../src/index.js';
import { notesOf } from './notes.js';

const notes = notesOf('note-keeper');
const schema: ServiceSchema = {
  ...notes,
  migrations: [
    ...notes.migrations,
    {
      name: '20260116-seal',
      up: (names) => [
        'create table seal (tenant_id uuid not null, id uuid not null, primary key (tenant_id, id))',
        ...tenantTable(names, 'seal', { privileges: ['select', 'insert'] }),
      ],
    },
  ],
};

let databases: TestDatabase;
let database: Database;

beforeAll(async () => {
  databases = await createTestDatabase({ services: [schema] });
  database = await databases.connect(schema);
});
afterAll(() => databases?.drop());

const keep = (tenantId: string, notesKept: number) =>
  database.inTenant(tenantId, (tx) =>
    tx.query(
      `insert into note (tenant_id, id, text) select $1, gen_random_uuid(), n::text from generate_series(1, $2) n`,
      [tenantId, notesKept],
    ),
  );

const count = async (tenantId: string) => {
  const [row] = await database.acrossTenants((tx) =>
    tx.query<{ count: number }>('select count(*)::int as count from note where tenant_id = $1', [tenantId]),
  );
  return row?.count;
};

describe('deleting the rows of a tenant', () => {
  it('takes them in batches and leaves those of others', async () => {
    const [tenantId, other] = [randomUUID(), randomUUID()];
    await keep(tenantId, 5);
    await keep(other, 3);
    const batches: number[] = [];
    const onBatch = (_tx: unknown, rows: number) => {
      batches.push(rows);
      return Promise.resolve();
    };
    expect(await deleteTenantRows(database, tenantId, { batchRows: 2, onBatch })).toEqual({ rows: 5, kept: [] });
    expect(batches).toEqual([2, 2, 1]);
    expect([await count(tenantId), await count(other)]).toEqual([0, 3]);
  });

  it('names the tables that the service may not delete from', async () => {
    const tenantId = randomUUID();
    await database.inTenant(tenantId, (tx) =>
      tx.query('insert into seal (tenant_id, id) values ($1, $2)', [tenantId, randomUUID()]),
    );
    expect(await deleteTenantRows(database, tenantId)).toEqual({ rows: 0, kept: ['seal'] });
    expect(await deleteTenantRows(database, tenantId, { except: ['seal'] })).toEqual({ rows: 0, kept: [] });
  });
});

describe('waiting for writers', () => {
  it('waits for a transaction that has written, and only so long', async () => {
    const tenantId = randomUUID();
    let release = () => {};
    const held = new Promise<void>((resolve) => (release = resolve));
    let writing = () => {};
    const wrote = new Promise<void>((resolve) => (writing = resolve));
    const writer = database.inTenant(tenantId, async (tx) => {
      await tx.query(`insert into note (tenant_id, id, text) values ($1, gen_random_uuid(), 'late')`, [tenantId]);
      writing();
      await held;
    });
    await wrote;
    expect(await waitForWriters(database, 100)).toBe(false);
    const waiting = waitForWriters(database, 10_000);
    release();
    await writer;
    expect(await waiting).toBe(true);
    expect(await count(tenantId)).toBe(1);
  });

  it('does not wait when nobody writes', async () => {
    expect(await waitForWriters(database, 0)).toBe(true);
  });
});
