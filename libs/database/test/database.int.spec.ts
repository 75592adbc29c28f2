import { createTestDatabase, eventually, WayToDatabase, type TestDatabase } from '@firmbridge/testing';
import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { Database, isDatabaseAway, schemaDrift, sqlState, sqlStates } from '../src/index.js';
import { Note, notesOf } from './notes.js';

const notes = notesOf('note-keeper');
const otherNotes = notesOf('note-reader');

let server: TestDatabase;
let database: Database;
let alder: string;
let birch: string;

beforeAll(async () => {
  server = await createTestDatabase({ services: [notes, otherNotes] });
  database = await server.connect(notes);
});
afterAll(() => server.drop());

beforeEach(async () => {
  [alder, birch] = [randomUUID(), randomUUID()];
  await write(alder, 'of alder');
  await write(birch, 'of birch');
});

function write(tenantId: string, text: string, to = database): Promise<void> {
  return to.inTenant(tenantId, async (tx) => {
    tx.em.create(Note, { tenantId, text });
  });
}

async function textsOf(tenantId: string, from = database): Promise<string[]> {
  const rows = await from.inTenant(tenantId, (tx) => tx.query<{ text: string }>('select text from note order by text'));
  return rows.map((row) => row.text);
}

async function asSuperuser(sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: server.url });
  await client.connect();
  await client.query(sql);
  await client.end();
}

describe('tenants', () => {
  it('never see each other, even by a query that forgets the tenant', async () => {
    expect(await textsOf(alder)).toEqual(['of alder']);
    const found = await database.inTenant(birch, (tx) => tx.em.find(Note, {}));
    expect(found.map((note) => note.text)).toEqual(['of birch']);
  });

  it('cannot change or remove rows of another', async () => {
    await database.inTenant(alder, async (tx) => {
      expect(await tx.query('update note set text = $1 returning id', ['taken'])).toHaveLength(1);
      expect(await tx.query('delete from note where tenant_id = $1 returning id', [birch])).toEqual([]);
    });
    expect(await textsOf(birch)).toEqual(['of birch']);
  });

  it('cannot write a row for another', async () => {
    const inserting = database.inTenant(alder, (tx) =>
      tx.query('insert into note (tenant_id, id, text) values ($1, $2, $3)', [birch, randomUUID(), 'smuggled']),
    );
    await expect(inserting).rejects.toMatchObject({ code: sqlStates.insufficientPrivilege });
    const moving = database.inTenant(alder, (tx) => tx.query('update note set tenant_id = $1', [birch]));
    await expect(moving).rejects.toMatchObject({ code: sqlStates.insufficientPrivilege });
  });

  it('are kept apart on one connection that serves them at the same time', async () => {
    const single = await server.connect(notes, { poolMax: 1 });
    const seen = await Promise.all([alder, birch, alder, birch].map((tenant) => textsOf(tenant, single)));
    expect(seen).toEqual([['of alder'], ['of birch'], ['of alder'], ['of birch']]);
  });

  it('are all hidden from a statement outside of any tenant, also on a connection that has served one', async () => {
    const single = await server.connect(notes, { poolMax: 1 });
    expect(await textsOf(alder, single)).toEqual(['of alder']);
    expect(await single.orm.em.fork().find(Note, {})).toEqual([]);
  });

  it('must be named by a UUID', async () => {
    await expect(database.inTenant("' or true --", () => Promise.resolve())).rejects.toMatchObject({
      code: 'tenant.bad_id',
    });
  });
});

describe('work across tenants', () => {
  it('sees and writes rows of every tenant', async () => {
    await database.acrossTenants(async (tx) => {
      const rows = await tx.query('select from note where tenant_id = any($1)', [[alder, birch]]);
      expect(rows).toHaveLength(2);
      await tx.query('update note set size = 7 where tenant_id = any($1)', [[alder, birch]]);
    });
    const sizes = await database.inTenant(birch, (tx) => tx.query('select size from note'));
    expect(sizes).toEqual([{ size: '7' }]);
  });

  it('ends with its transaction', async () => {
    const single = await server.connect(notes, { poolMax: 1 });
    await single.acrossTenants((tx) => tx.query('select from note'));
    expect(await textsOf(alder, single)).toEqual(['of alder']);
  });
});

describe('a transaction', () => {
  it('leaves nothing behind when it fails, and what waited for the commit does not run', async () => {
    const ran: string[] = [];
    const failing = database.inTenant(alder, async (tx) => {
      tx.afterCommit(() => ran.push('after commit'));
      tx.em.create(Note, { tenantId: alder, text: 'half done' });
      await tx.em.flush();
      throw new Error('changed my mind');
    });
    await expect(failing).rejects.toThrow('changed my mind');
    expect(await textsOf(alder)).toEqual(['of alder']);
    expect(ran).toEqual([]);
  });

  it('runs what waited for the commit when others can see the change, in order, and then resolves', async () => {
    const seen: Promise<string[]>[] = [];
    const order: number[] = [];
    await database.inTenant(alder, async (tx) => {
      tx.afterCommit(() => seen.push(textsOf(alder)));
      tx.afterCommit(() => order.push(1));
      tx.afterCommit(() => order.push(2));
      tx.em.create(Note, { tenantId: alder, text: 'second' });
      expect(order).toEqual([]);
    });
    expect(order).toEqual([1, 2]);
    expect(await Promise.all(seen)).toEqual([['of alder', 'second']]);
  });

  it('stays committed when what waited for the commit fails', async () => {
    const order: string[] = [];
    await database.inTenant(alder, async (tx) => {
      tx.em.create(Note, { tenantId: alder, text: 'kept' });
      tx.afterCommit(() => {
        throw new Error('nobody listens');
      });
      tx.afterCommit(() => order.push('next'));
    });
    expect(order).toEqual(['next']);
    expect(await textsOf(alder)).toEqual(['kept', 'of alder']);
  });

  it('fails instead of waiting for ever when it needs a second connection and there is none', async () => {
    const single = await server.connect(notes, { poolMax: 1, connectTimeoutMs: 100 });
    await expect(single.inTenant(alder, () => textsOf(alder, single))).rejects.toThrow('timeout');
    expect(await textsOf(alder, single)).toEqual(['of alder']);
  });

  it('does not reach into another service of the process', async () => {
    const reader = await server.connect(otherNotes);
    await database.inTenant(alder, async (tx) => {
      await write(alder, 'in the other schema', reader);
      expect(await tx.query('select text from note')).toEqual([{ text: 'of alder' }]);
    });
    expect(await textsOf(alder, reader)).toEqual(['in the other schema']);
    const reaching = database.inTenant(alder, (tx) => tx.query('select from note_reader.note'));
    await expect(reaching).rejects.toMatchObject({ code: sqlStates.insufficientPrivilege });
  });

  it('is refused after its end', async () => {
    const { tx } = await database.inTenant(alder, async (tx) => ({ tx }));
    await expect(tx.query('select 1')).rejects.toThrow();
  });
});

describe('parameters', () => {
  const first = async (sql: string, params: unknown[]) =>
    (await database.inTenant(alder, (tx) => tx.query(sql, params)))[0];

  it('are values, never SQL', async () => {
    const text = `'); drop table note; -- ? $1 \\ "`;
    expect(await first('select $1::text as text', [text])).toEqual({ text });
  });

  it('carry arrays, jsonb, null and large numbers', async () => {
    const json = { name: "O'Neil", tags: ['a', { b: null }] };
    expect(
      await first(
        'select $1::text[] as texts, $2::jsonb as json, $3::jsonb as list, $4::int as nothing, $5::bigint as big',
        [['a,b', '"{}"', ''], json, JSON.stringify([1, 'two']), null, 2n ** 62n],
      ),
    ).toEqual({ texts: ['a,b', '"{}"', ''], json, list: [1, 'two'], nothing: null, big: '4611686018427387904' });
  });

  it('insert many rows in one statement', async () => {
    const rows = [1, 2, 3].map((n) => ({ tenant_id: alder, id: randomUUID(), text: `row ${n}` }));
    const inserted = await database.inTenant(alder, (tx) =>
      tx.query(
        `insert into note (tenant_id, id, text)
         select tenant_id, id, text from jsonb_to_recordset($1) as r (tenant_id uuid, id uuid, text text) returning id`,
        [JSON.stringify(rows)],
      ),
    );
    expect(inserted).toHaveLength(3);
  });

  it('may sit beside jsonb operators that look like parameters', async () => {
    expect(await first(`select '{"a": 1}'::jsonb ? $1 as has`, ['a'])).toEqual({ has: true });
  });
});

describe('errors', () => {
  it('keep their SQLSTATE, whoever ran the statement', async () => {
    const byManager = await write(alder, 'of alder').catch((error: unknown) => error);
    const bySql = await database
      .inTenant(alder, (tx) =>
        tx.query("insert into note (tenant_id, id, text) values ($1, $2, 'of alder')", [alder, randomUUID()]),
      )
      .catch((error: unknown) => error);
    expect([sqlState(byManager), sqlState(bySql)]).toEqual([sqlStates.uniqueViolation, sqlStates.uniqueViolation]);
  });

  it('end a statement that takes too long', async () => {
    const hasty = await server.connect(notes, { statementTimeoutMs: 50 });
    const slow = hasty.inTenant(alder, (tx) => tx.query('select pg_sleep(5)'));
    await expect(slow).rejects.toMatchObject({ code: sqlStates.queryCanceled });
  });

  it('of a server that ended all connections pass by themselves', async () => {
    const victim = await server.connect(notes);
    await victim.ping();
    await asSuperuser(
      "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'firmbridge_test_note_keeper' and datname = current_database()",
    );
    await eventually(() => victim.ping().then(() => true));
    expect(await textsOf(alder, victim)).toEqual(['of alder']);
  });

  it('of a database that is away are told from those of a statement', async () => {
    const reasonOf = (work: Promise<unknown>) =>
      work.then(
        () => null,
        (error: unknown) => error,
      );
    const interrupted = database.inTenant(alder, async (tx) => {
      const [backend] = await tx.query<{ pid: number }>('select pg_backend_pid() as pid');
      await asSuperuser(`select pg_terminate_backend(${backend?.pid})`);
      await tx.query('select pg_sleep(5)');
    });
    expect(isDatabaseAway(await reasonOf(interrupted))).toBe(true);
    const closedPort = { ...database.options, url: 'postgresql://postgres@127.0.0.1:1/postgres' };
    expect(isDatabaseAway(await reasonOf(Database.connect(closedPort)))).toBe(true);
    expect(isDatabaseAway(await reasonOf(database.inTenant(alder, (tx) => tx.query('select 1/0'))))).toBe(false);
    expect(isDatabaseAway(new Error('The shop is closed.'))).toBe(false);
  });

  it('of a connection that was lost in a transaction do not make the pool smaller', async () => {
    const small = await server.connect(notes, { poolMax: 2, connectTimeoutMs: 2_000 });
    const interrupted = () =>
      small.inTenant(alder, async (tx) => {
        const [backend] = await tx.query<{ pid: number }>('select pg_backend_pid() as pid');
        await asSuperuser(`select pg_terminate_backend(${backend?.pid})`);
        await tx.query('select 1');
      });
    for (const _time of [1, 2, 3]) await expect(interrupted()).rejects.toThrow();
    expect(await textsOf(alder, small)).toEqual(['of alder']);
  });

  it('of a connection that was lost as a transaction began do not make the pool smaller', async () => {
    const way = await WayToDatabase.to(server.url);
    const small = await server.connect(notes, { url: way.url, poolMax: 1, connectTimeoutMs: 2_000 });
    way.cutAtNextWord();
    await expect(textsOf(alder, small)).rejects.toThrow();
    way.mend();
    expect(await textsOf(alder, small)).toEqual(['of alder']);
    await way.close();
  });

  it('tell at the start that the database is not there, or not migrated', async () => {
    const options = { url: server.url, entities: [], namespace: server.namespace };
    await expect(Database.connect({ ...options, service: 'never-migrated' })).rejects.toMatchObject({
      code: 'database.not_migrated',
    });
    const url = server.url.replace(/:\d+\//, ':1/');
    await expect(Database.connect({ ...options, url, service: 'note-keeper' })).rejects.toMatchObject({
      code: 'database.unreachable',
    });
  });
});

describe('a connection', () => {
  it('runs as the service, in its schema, under its name', async () => {
    const [session] = await database.inTenant(alder, (tx) =>
      tx.query(`select current_user as role, current_schema() as schema, current_setting('application_name') as name,
                       current_setting('statement_timeout') as statement, current_setting('idle_in_transaction_session_timeout') as idle,
                       current_setting('TimeZone') as zone`),
    );
    const role = 'firmbridge_test_note_keeper';
    expect(session).toEqual({ role, schema: 'note_keeper', name: role, statement: '30s', idle: '1min', zone: 'UTC' });
  });

  it('keeps the role when the URL brings options of its own', async () => {
    const url = `${server.url}?options=${encodeURIComponent('-c work_mem=1MB -c role=postgres')}`;
    const configured = await server.connect(notes, { url });
    const [session] = await configured.inTenant(alder, (tx) =>
      tx.query("select current_user as role, current_setting('work_mem') as memory"),
    );
    expect(session).toEqual({ role: 'firmbridge_test_note_keeper', memory: '1MB' });
  });

  it('of its own can hold an advisory lock and take the all-tenants role', async () => {
    const [one, two] = await Promise.all([database.dedicatedClient('all-tenants'), database.dedicatedClient()]);
    const lock = async (client: typeof one) =>
      (await client.query('select pg_try_advisory_lock(42) as held')).rows[0].held;
    expect([await lock(one), await lock(two)]).toEqual([true, false]);
    const count = async (client: typeof one) =>
      (await client.query('select from note where tenant_id = any($1)', [[alder, birch]])).rowCount;
    expect([await count(one), await count(two)]).toEqual([2, 0]);
    await Promise.all([one.end(), two.end()]);
  });
});

it('finds no drift between entities and migrations, and names what differs', async () => {
  expect(await schemaDrift(database)).toBe('');
  await asSuperuser('alter table note_keeper.note drop constraint note_tenant_id_text_unique');
  expect(await schemaDrift(database)).toContain('note_tenant_id_text_unique');
  await asSuperuser('alter table note_keeper.note add constraint note_tenant_id_text_unique unique (tenant_id, text)');
});
