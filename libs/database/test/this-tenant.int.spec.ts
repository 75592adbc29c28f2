import { createTestDatabase, type TestDatabase } from '@firmbridge/testing';
import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { type Database, migrate } from '../src/index.js';
import { notesOf } from './notes.js';

const notes = notesOf('note-keeper');
const ours = 'select text from note where tenant_id = (select this_tenant())';

let server: TestDatabase;
let database: Database;
let admin: pg.Client;
const [alder, birch] = [randomUUID(), randomUUID()];

beforeAll(async () => {
  server = await createTestDatabase({ services: [notes] });
  database = await server.connect(notes, { poolMax: 1 });
  admin = new pg.Client({ connectionString: server.url, options: '-c search_path=note_keeper' });
  await admin.connect();
  const insert = 'insert into note (tenant_id, id, text) values ($1, gen_random_uuid(), $2)';
  await admin.query(insert, [alder, 'of alder']);
  await admin.query(insert, [birch, 'of birch']);
});
afterAll(async () => {
  await admin?.end();
  await server?.drop();
});

it('keeps tenants apart by itself, without row-level security', async () => {
  await admin.query('alter table note disable row level security');
  try {
    expect(await database.inTenant(alder, (tx) => tx.query('select text from note'))).toHaveLength(2);
    expect(await database.inTenant(alder, (tx) => tx.query(ours))).toEqual([{ text: 'of alder' }]);
    expect(await database.inTenant(birch, (tx) => tx.query(ours))).toEqual([{ text: 'of birch' }]);
  } finally {
    await admin.query('alter table note enable row level security');
  }
});

it('fails where there is no tenant, also on a connection that has served one', async () => {
  await database.inTenant(alder, (tx) => tx.query(ours));
  const refusal = { message: expect.stringContaining('has none') };
  await expect(database.acrossTenants((tx) => tx.query(ours))).rejects.toMatchObject(refusal);
  await expect(database.statement(ours, [])).rejects.toMatchObject(refusal);
});

it('is looked up in an index', async () => {
  const plan = await database.inTenant(alder, async (tx) => {
    await tx.query('set local enable_seqscan = off');
    return tx.query<{ 'QUERY PLAN': string }>(`explain (costs off) ${ours}`);
  });
  const lines = plan.map((row) => row['QUERY PLAN']).join('\n');
  // What is found out once, before the table is looked at, is a parameter to PostgreSQL 15 and a column to 18.
  expect(lines).toMatch(/Index Cond: \(+tenant_id = (\$\d|\(InitPlan \d\)\.col1)\)/);
});

it('comes to a database that was migrated before there was such a thing', async () => {
  await admin.query('drop function this_tenant()');
  await migrate({ url: server.url, namespace: server.namespace, services: [notes] });
  expect(await database.inTenant(alder, (tx) => tx.query(ours))).toEqual([{ text: 'of alder' }]);
});
