import { createTestDatabase, type TestDatabase, testNamespace } from '@firmbridge/testing';
import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { Database, migrate, schemaNames, type ServiceSchema, tenantlessTable, tenantTable } from '../src/index.js';
import { createNote, notesOf } from './notes.js';

let server: TestDatabase;
let admin: pg.Client;
let namespace: string;

beforeEach(async () => {
  server = await createTestDatabase({ services: [] });
  admin = new pg.Client({ connectionString: server.url });
  await admin.connect();
  namespace = testNamespace();
});

afterEach(async () => {
  const { rows } = await admin.query('select rolname from pg_roles where starts_with(rolname, $1)', [namespace]);
  for (const { rolname } of rows) await admin.query(`drop owned by ${rolname}; drop role ${rolname}`);
  await admin.end();
  await server.drop();
});

const notes = notesOf('note-keeper');

async function applied(schema: string): Promise<string[]> {
  const { rows } = await admin.query(`select name from ${schema}.schema_migration order by id`);
  return rows.map(({ name }) => name);
}

it('applies each step once when several processes migrate at the same time', async () => {
  const services = [notes, notesOf('note-reader')];
  await Promise.all([1, 2, 3, 4].map(() => migrate({ url: server.url, namespace, services })));
  expect(await applied('note_keeper')).toEqual(['20260115-note']);
  expect(await applied('note_reader')).toEqual(['20260115-note']);
});

it('creates the roles of a server once when several of its databases are migrated at the same time', async () => {
  const others = await Promise.all([1, 2, 3].map(() => createTestDatabase({ services: [] })));
  const urls = [server, ...others].map(({ url }) => url);
  await Promise.all(urls.map((url) => migrate({ url, namespace, services: [notes], rolePassword: 'secret' })));
  await Promise.all(others.map((other) => other.drop()));
  const { rowCount } = await admin.query('select from pg_roles where starts_with(rolname, $1)', [namespace]);
  expect(rowCount).toBe(2);
});

it('adds only what is new', async () => {
  await migrate({ url: server.url, namespace, services: [notes] });
  const next = { name: '20260201-colour', up: () => ['alter table note add column colour text'] };
  const grown = { ...notes, migrations: [...notes.migrations, next] };
  await migrate({ url: server.url, namespace, services: [grown] });
  await migrate({ url: server.url, namespace, services: [grown] });
  expect(await applied('note_keeper')).toEqual(['20260115-note', '20260201-colour']);
});

it('applies all pending steps of a service or none, and names the one that failed', async () => {
  const broken: ServiceSchema = {
    ...notes,
    migrations: [
      ...notes.migrations,
      { name: '20260201-broken', up: () => ['create table half (id int)', 'select nonsense'] },
    ],
  };
  await expect(migrate({ url: server.url, namespace, services: [broken] })).rejects.toMatchObject({
    code: 'database.migration_failed',
    message: expect.stringContaining('20260201-broken'),
  });
  const { rowCount } = await admin.query(
    "select from pg_tables where schemaname = 'note_keeper' and tablename in ('note', 'half')",
  );
  expect(rowCount).toBe(0);
});

it('refuses two steps of one name', async () => {
  const twice = { ...notes, migrations: [...notes.migrations, ...notes.migrations] };
  await expect(migrate({ url: server.url, namespace, services: [twice] })).rejects.toMatchObject({
    code: 'database.repeated_migration',
  });
});

it('lets a service log in as itself, with the rights of its two roles and no more', async () => {
  await migrate({ url: server.url, namespace, services: [notes, notesOf('note-reader')], rolePassword: 'secret' });
  const url = new URL(server.url);
  url.username = schemaNames('note-keeper', namespace).role;
  url.password = 'secret';
  const database = await Database.connect({
    url: url.href,
    namespace,
    service: 'note-keeper',
    entities: notes.entities,
  });
  const tenantId = randomUUID();
  try {
    const insert = "insert into note (tenant_id, id, text) values ($1, $2, 'hello')";
    await database.inTenant(tenantId, (tx) => tx.query(insert, [tenantId, randomUUID()]));
    expect(await database.acrossTenants((tx) => tx.query('select text from note'))).toEqual([{ text: 'hello' }]);
    expect(await database.inTenant(randomUUID(), (tx) => tx.query('select text from note'))).toEqual([]);
    const forbidden = [
      'alter table note disable row level security',
      'drop table note',
      'select from note_reader.note',
      'create table mine (id int)',
    ];
    for (const sql of forbidden)
      await expect(database.acrossTenants((tx) => tx.query(sql))).rejects.toMatchObject({ code: '42501' });
  } finally {
    await database.close();
  }
});

it('can be run by an administrator who is no superuser', async () => {
  const administrator = `${namespace}_administrator`;
  const name = new URL(server.url).pathname.slice(1);
  await admin.query(`create role ${administrator} login createrole password 'secret'`);
  await admin.query(`grant create on database ${name} to ${administrator}`);
  const url = new URL(server.url);
  url.username = administrator;
  url.password = 'secret';
  await migrate({ url: url.href, namespace, services: [notes] });
  await migrate({ url: url.href, namespace, services: [notes] });
  expect(await applied('note_keeper')).toEqual(['20260115-note']);
});

it('binds even the owner of the tables', async () => {
  await migrate({ url: server.url, namespace, services: [notes] });
  await admin.query(`create role ${namespace}_owner; alter table note_keeper.note owner to ${namespace}_owner`);
  await admin.query('insert into note_keeper.note (tenant_id, id, text) values ($1, $1, $2)', [randomUUID(), 'hidden']);
  await admin.query(`grant usage on schema note_keeper to ${namespace}_owner; set role ${namespace}_owner`);
  const { rowCount } = await admin.query('select from note_keeper.note');
  await admin.query('reset role');
  expect(rowCount).toBe(0);
});

it.each([
  ['is a superuser', 'superuser noinherit'],
  ['passes row-level security by', 'bypassrls noinherit'],
  ['has the all-tenants rights by itself', 'inherit'],
])('refuses a service role that %s', async (_, attributes) => {
  await admin.query(`create role ${schemaNames('note-keeper', namespace).role} login ${attributes}`);
  await expect(migrate({ url: server.url, namespace, services: [notes] })).rejects.toMatchObject({
    code: 'database.unsafe_role',
  });
});

it('grants what a table allows and nothing else', async () => {
  const journal: ServiceSchema = {
    service: 'journal',
    entities: [],
    migrations: [
      {
        name: '20260115-journal',
        up: (names) => [
          ...createNote,
          ...tenantTable(names, 'note', {
            privileges: ['select', 'insert'],
            allTenantsPrivileges: ['select', 'delete'],
          }),
          'create table shift (id bigint generated always as identity primary key, name text not null)',
          ...tenantlessTable(names, 'shift'),
        ],
      },
    ],
  };
  await migrate({ url: server.url, namespace, services: [journal] });
  const database = await Database.connect({ url: server.url, namespace, service: 'journal', entities: [] });
  try {
    const tenantId = randomUUID();
    const updating = database.inTenant(tenantId, (tx) => tx.query("update note set text = 'x'"));
    await expect(updating).rejects.toMatchObject({ code: '42501' });
    const inserting = database.acrossTenants((tx) => tx.query("insert into note values ($1, $1, 'x')", [tenantId]));
    await expect(inserting).rejects.toMatchObject({ code: '42501' });
    expect(await database.acrossTenants((tx) => tx.query('delete from note'))).toEqual([]);
    expect(
      await database.inTenant(tenantId, (tx) => tx.query("insert into shift (name) values ('early') returning id")),
    ).toEqual([{ id: '1' }]);
  } finally {
    await database.close();
  }
});
