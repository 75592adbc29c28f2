import { compareEntityVersions, type Envelope } from '@firmbridge/contracts';
import { LocalBroker } from '@firmbridge/local-broker';
import { createTestDatabase, eventually, seededRandom, type TestDatabase } from '@firmbridge/testing';
import { anEntity, play } from '@firmbridge/subscriber/kit';
import pg from 'pg';
import { decodeMessage } from '../src/amqp/index.js';
import { entityEventOf } from '../src/entity-event.js';
import { defineSubscription, postgresInbox, type EntityEvent, type Inbox, type PostgresInbox } from '../src/index.js';
import { Platform, recordingLogger } from './harness.js';

const eventOf = (envelope: Envelope): EntityEvent =>
  entityEventOf(decodeMessage(Buffer.from(JSON.stringify(envelope))));

describe('the PostgreSQL inbox', () => {
  let databases: TestDatabase;
  let pool: pg.Pool;
  let inbox: PostgresInbox<pg.PoolClient>;
  const consumer = 'shop.keep';
  const entry = (event: EntityEvent, newestOnly = false) => ({ consumer, event, newestOnly });
  const add = (event: EntityEvent) => async (tx: pg.PoolClient) => {
    await tx.query('insert into effect (event_id, n) values ($1, $2)', [event.id, event.version.n]);
  };
  const effects = async () =>
    (await pool.query<{ event_id: string; n: number }>('select * from effect order by at')).rows;

  beforeAll(async () => {
    databases = await createTestDatabase({ services: [] });
    pool = new pg.Pool({ connectionString: databases.url });
    pool.on('error', () => undefined);
  });
  afterAll(async () => {
    await pool.end();
    await databases.drop();
  });
  beforeEach(async () => {
    inbox = postgresInbox(pool, { schema: 'shop' });
    await inbox.createTables();
    await pool.query(
      'create table effect (event_id uuid not null, n int not null, at timestamptz default clock_timestamp())',
    );
  });
  afterEach(async () => {
    await pool.query('drop schema shop cascade');
    await pool.query('drop table effect');
  });

  it('keeps the effect and the note of it together', async () => {
    const event = eventOf(anEntity('matter').created());
    expect(await inbox.once(entry(event), add(event))).toBe('handled');
    expect(await inbox.once(entry(event), add(event))).toBe('duplicate');
    expect(await effects()).toHaveLength(1);
  });

  it('keeps neither when the work fails', async () => {
    const event = eventOf(anEntity('matter').created());
    const failing = inbox.once(entry(event), async (tx) => {
      await add(event)(tx);
      throw new Error('no paper');
    });
    await expect(failing).rejects.toThrow('no paper');
    expect(await effects()).toEqual([]);
    expect(await inbox.once(entry(event), add(event))).toBe('handled');
  });

  it('has one effect of two deliveries at the same time', async () => {
    const event = eventOf(anEntity('matter').created());
    const outcomes = await Promise.all(Array.from({ length: 8 }, () => inbox.once(entry(event), add(event))));
    expect(outcomes.filter((outcome) => outcome === 'handled')).toHaveLength(1);
    expect(await effects()).toHaveLength(1);
  });

  it('knows a duplicate also on another day', async () => {
    const event = eventOf(anEntity('matter', { from: new Date('2026-01-15T23:59:59.999Z') }).created());
    await inbox.once(entry(event), add(event));
    const { rows } = await pool.query<{ day: string }>('select message_day::text as day from shop.firmbridge_inbox');
    expect(rows).toEqual([{ day: '2026-01-15' }]);
    expect(await inbox.once(entry(event), add(event))).toBe('duplicate');
  });

  it('holds the inboxes of several consumers', async () => {
    const event = eventOf(anEntity('matter').created());
    await inbox.once(entry(event), add(event));
    expect(await inbox.once({ ...entry(event), consumer: 'shop.count' }, add(event))).toBe('handled');
  });

  it('lets versions only rise, whoever comes at the same time', async () => {
    const matter = anEntity('matter');
    const random = seededRandom(7);
    const events = Array.from({ length: 40 }, () => eventOf(matter.updated({})))
      .map((event) => ({ event, place: random() }))
      .sort((a, b) => a.place - b.place)
      .map(({ event }) => event);
    await Promise.all(events.map((event) => inbox.once(entry(event, true), add(event))));
    const kept = (await effects()).map(({ n }) => n);
    expect(kept.at(-1)).toBe(40);
    expect(kept).toEqual(kept.toSorted((a, b) => a - b));
  });

  it('puts a restored epoch above every number of the one before', async () => {
    const matter = anEntity('matter');
    const [first, second] = [eventOf(matter.created()), eventOf(matter.updated({}))];
    const restored = { ...first, id: second.id, version: { epoch: 2, n: 1 } } as EntityEvent;
    expect(compareEntityVersions(restored.version, second.version)).toBeGreaterThan(0);
    await inbox.once(entry(eventOf(matter.updated({})), true), add(first));
    expect(await inbox.once(entry(restored, true), add(restored))).toBe('handled');
    expect(await inbox.once(entry(first, true), add(first))).toBe('stale');
  });

  it('takes in the current state again when that is asked for, and nothing older', async () => {
    const matter = anEntity('matter');
    const [created, told, updated, toldAgain] = [
      eventOf(matter.created()),
      eventOf(matter.replayed()),
      eventOf(matter.updated({})),
      eventOf(matter.replayed()),
    ];
    const outcomes: string[] = [];
    for (const event of [created, told, toldAgain, updated, told]) {
      outcomes.push(await inbox.once(entry({ ...event, id: crypto.randomUUID() } as EntityEvent, true), add(event)));
    }
    expect(outcomes).toEqual(['handled', 'handled', 'handled', 'stale', 'stale']);
  });

  it('forgets what is older than 30 days', async () => {
    const daysAgo = (days: number) => new Date(Date.now() - days * 24 * 60 * 60 * 1_000);
    for (const days of [0, 29, 32, 400]) {
      const event = eventOf(anEntity('matter', { from: daysAgo(days) }).created());
      await inbox.once(entry(event), add(event));
    }
    expect(await inbox.sweep()).toBe(2);
    expect(await inbox.sweep()).toBe(0);
  });

  it('may create its tables twice, also at the same time', async () => {
    await Promise.all(Array.from({ length: 4 }, () => inbox.createTables()));
  });

  it('says that its tables are not there', async () => {
    await expect(postgresInbox(pool, { schema: 'elsewhere' }).check()).rejects.toMatchObject({
      code: 'inbox.no_tables',
      message: expect.stringContaining('createTables()') as string,
    });
  });

  it('passes the kit: the newest state, once, whatever comes twice and late', async () => {
    await pool.query('create table shop.matter (id uuid primary key, number text not null)');
    const definition = defineSubscription({
      ...{ queue: consumer, inbox, newestOnly: true },
      on: {
        'matter.*': async ({ event, tx }) => {
          const upsert =
            'insert into shop.matter values ($1, $2) on conflict (id) do update set number = excluded.number';
          await tx.query(upsert, [event.entityId, event.state.number]);
        },
      },
    });
    const matters = Array.from({ length: 5 }, () => anEntity('matter'));
    const events = matters.flatMap((matter) => [
      matter.created(),
      ...['2', '3'].map((number) => matter.updated({ number })),
    ]);
    const report = await play(definition, events, { duplicates: 0.5, reordering: 6 });
    const { rows } = await pool.query<{ number: string }>('select number from shop.matter');
    expect(rows.map(({ number }) => number)).toEqual(Array<string>(5).fill('3'));
    expect(report.duplicates + report.stale).toBeGreaterThan(0);
    expect(report.deadLettered).toEqual([]);
  });

  describe('behind a subscription', () => {
    let local: LocalBroker;
    let platform: Platform;

    beforeAll(async () => {
      local = await LocalBroker.open({ databaseUrl: databases.url });
    });
    afterAll(() => local.close());
    beforeEach(async () => {
      platform = await Platform.open({ connect: local.connect, url: 'amqp://local' });
    });
    afterEach(() => platform.close());

    it('refuses to start without its tables', async () => {
      const elsewhere = postgresInbox(pool, { schema: 'elsewhere' });
      const starting = platform.subscribe({ inbox: elsewhere, on: { '*': () => undefined } });
      await expect(starting).rejects.toMatchObject({ code: 'inbox.no_tables' });
    });

    it('has one effect of events that two processes are given, and one more time each', async () => {
      const on = { '*': ({ event, tx }: { event: EntityEvent; tx: pg.PoolClient }) => add(event)(tx) };
      const processes = [await platform.subscribe({ inbox, on }), await platform.subscribe({ inbox, on })];
      const events = Array.from({ length: 50 }, () => anEntity('matter').created());
      await platform.publish(...events, ...events);
      const sum = (name: 'handled' | 'duplicates') =>
        processes.reduce((total, running) => total + running.stats()[name], 0);
      await eventually(() => sum('handled') === 50 && sum('duplicates') === 50);
      expect(await effects()).toHaveLength(50);
    });

    it('lets events wait while the database is away, instead of failing them', async () => {
      const closed = new pg.Pool({ connectionString: databases.url.replace(/:\d+\//, ':1/') });
      const gate = { pool: closed };
      const logger = recordingLogger();
      const waiting = postgresInbox({ connect: () => gate.pool.connect() }, { schema: 'shop' });
      const unchecked: Inbox<pg.PoolClient> = { once: (one, work) => waiting.once(one, work) };
      const on = { '*': ({ event, tx }: { event: EntityEvent; tx: pg.PoolClient }) => add(event)(tx) };
      const subscription = await platform.subscribe({ inbox: unchecked, logger, on });
      await platform.publish(anEntity('matter').created(), anEntity('bill').created());
      await eventually(() => logger.lines.some(({ message }) => message.includes('the queue waits')));
      gate.pool = pool;
      await eventually(() => subscription.stats().handled === 2);
      expect(subscription.stats()).toMatchObject({ retried: 0, deadLettered: 0 });
      await closed.end();
    });
  });
});
