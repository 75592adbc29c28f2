import type { ConfirmChannel } from 'amqplib';
import pg from 'pg';
import { createTestDatabase, eventually, type TestDatabase } from '@firmbridge/testing';
import { LocalBroker } from '../src/index.js';
import { bytes, collect, confirmOf, drainTexts, getSoon, getText, send } from './broker-lab.js';
import { buildBroker, killAfter } from './killed-process.js';

let database: TestDatabase;
let opened: LocalBroker[];

async function open(): Promise<LocalBroker> {
  const broker = await LocalBroker.open({ databaseUrl: database.url });
  opened.push(broker);
  return broker;
}

async function channelOf(broker: LocalBroker): Promise<ConfirmChannel> {
  const model = await broker.connect('amqp://local');
  model.on('error', () => undefined);
  const channel = await model.createConfirmChannel();
  channel.on('error', () => undefined);
  return channel;
}

async function sql<Row extends pg.QueryResultRow>(text: string): Promise<Row[]> {
  const client = new pg.Client({ connectionString: database.url });
  await client.connect();
  try {
    return (await client.query<Row>(text)).rows;
  } finally {
    await client.end();
  }
}

const rowsLeft = async () =>
  Number((await sql<{ count: string }>('select count(*) from local_broker.message'))[0]?.count);
const cutSessions = () =>
  sql(`select pg_terminate_backend(pid) from pg_stat_activity
    where datname = current_database() and application_name = 'firmbridge local broker'`);
const figuresOf = (broker: LocalBroker, queue: string) => broker.stats().queues.find(({ name }) => name === queue);
const numbers = (count: number, from = 0) => Array.from({ length: count }, (_, index) => String(from + index));

beforeAll(buildBroker);

beforeEach(async () => {
  database = await createTestDatabase({ services: [] });
  opened = [];
});

afterEach(async () => {
  for (const broker of opened) await broker.close().catch(() => undefined);
  await database.drop();
});

describe('after kill -9', () => {
  it('has every confirmed message, in order', async () => {
    const { confirmed = [] } = Object.fromEntries(await killAfter(database.url, 'publish', 3_000));
    const channel = await channelOf(await open());
    for (const queue of ['work', 'audit']) {
      const found = (await drainTexts(channel, queue)).map(Number);
      expect(found.slice(0, confirmed.length)).toEqual(confirmed);
      expect(found).toEqual(found.toSorted((a, b) => a - b));
      expect(new Set(found).size).toBe(found.length);
    }
  });

  it('has what was neither handled nor dead-lettered before, whatever was on its way', async () => {
    const said = Object.fromEntries(await killAfter(database.url, 'both', 5_000));
    const channel = await channelOf(await open());
    const left = await drainTexts(channel, 'work');
    await eventually(() => getText(channel, 'rung').then((text) => text === false));
    const done = await eventually(async () => {
      const texts = await drainTexts(channel, 'done');
      left.push(...texts);
      return texts.length === 0;
    });
    expect(done).toBe(true);
    const accounted = new Set([...left.map(Number), ...(said['handled'] ?? [])]);
    expect((said['confirmed'] ?? []).filter((number) => !accounted.has(number))).toEqual([]);
  });

  it('counts the delivery, so that a message that kills the process is set aside', async () => {
    const first = await open();
    const before = await channelOf(first);
    await before.assertQueue('dead');
    await before.assertQueue('poison', {
      deadLetterExchange: '',
      deadLetterRoutingKey: 'dead',
      arguments: { 'x-queue-type': 'quorum', 'x-delivery-limit': 1 },
    });
    await send(before, 'poison', ['1'], { persistent: true });
    await first.close();
    for (let deaths = 0; deaths < 2; deaths++) await killAfter(database.url, 'hold', 1);
    const channel = await channelOf(await open());
    const seen = await collect(channel, 'poison');
    const { properties } = await getSoon(channel, 'dead');
    expect(properties.headers?.['x-first-death-reason']).toBe('delivery_limit');
    expect(seen.texts).toEqual([]);
  });
});

describe('a restart', () => {
  it('brings back exchanges, bindings, queues and their rules', async () => {
    const first = await open();
    const before = await channelOf(first);
    await before.assertExchange('events', 'topic');
    await before.assertQueue('limited', { arguments: { 'x-max-length': 1, 'x-overflow': 'reject-publish' } });
    await before.bindQueue('limited', 'events', 'a.*');
    await before.bindQueue('limited', 'events', 'b.*');
    await before.unbindQueue('limited', 'events', 'b.*');
    await first.close();

    const channel = await channelOf(await open());
    await channel.checkExchange('events');
    channel.publish('events', 'b.x', bytes('not bound'));
    channel.publish('events', 'a.x', bytes('first'));
    await channel.waitForConfirms();
    const outcome = await confirmOf((done) => channel.publish('events', 'a.x', bytes('second'), {}, done));
    expect(outcome).toBe('message nacked');
    expect(await drainTexts(channel, 'limited')).toEqual(['first']);
  });

  it('keeps messages in order and marks those that had been with a consumer', async () => {
    const first = await open();
    const before = await channelOf(first);
    await before.assertQueue('kept', { arguments: { 'x-queue-type': 'quorum' } });
    await send(before, 'kept', ['a', 'b', 'c'], { headers: { k: 1 }, messageId: 'm' });
    await before.prefetch(2);
    const held = await collect(before, 'kept');
    await eventually(() => expect(held.texts).toEqual(['a', 'b']));
    await first.close();

    const second = await open();
    const seen = await collect(await channelOf(second), 'kept');
    await eventually(() => expect(seen.texts).toEqual(['a', 'b', 'c']));
    expect(seen.messages.map(({ fields }) => fields.redelivered)).toEqual([true, true, false]);
    expect(seen.messages.map(({ properties }) => properties.headers)).toEqual([
      { k: 1, 'x-delivery-count': 1 },
      { k: 1, 'x-delivery-count': 1 },
      { k: 1 },
    ]);
  });

  it('goes on with the clock of a rung', async () => {
    const first = await open();
    const before = await channelOf(first);
    await before.assertQueue('target');
    await before.assertQueue('rung', { messageTtl: 600, deadLetterExchange: '', deadLetterRoutingKey: 'target' });
    const sentAt = Date.now();
    await send(before, 'rung', ['x']);
    await first.close();
    const channel = await channelOf(await open());
    expect((await getSoon(channel, 'target')).content.toString()).toBe('x');
    expect(Date.now() - sentAt).toBeLessThan(5_000);
    expect(Date.now() - sentAt).toBeGreaterThanOrEqual(595);
  });

  it('forgets exclusive and transient queues and never wrote their messages down', async () => {
    const first = await open();
    const before = await channelOf(first);
    await before.assertQueue('exclusive', { exclusive: true });
    await before.assertQueue('transient', { durable: false });
    await send(before, 'exclusive', ['secret'], { persistent: true });
    await send(before, 'transient', ['secret'], { persistent: true });
    expect(await rowsLeft()).toBe(0);
    await first.close();
    const second = await open();
    expect(second.stats().queues).toEqual([]);
  });

  it('keeps any bytes, and text that PostgreSQL would not take', async () => {
    const first = await open();
    const before = await channelOf(first);
    await before.assertQueue('odd');
    const content = Buffer.from(Array.from({ length: 256 }, (_, index) => index));
    const headers = { nul: 'a\0b', half: '\ud800', quote: `'"\\{},null`, raw: Buffer.from([0, 255]) };
    before.publish('', 'odd', content, { headers, type: 'ünï\0' });
    before.publish('', 'odd', Buffer.alloc(0));
    before.publish('', 'odd', Buffer.alloc(3_000_000, 'z'));
    await before.waitForConfirms();
    await first.close();
    const channel = await channelOf(await open());
    const message = await getSoon(channel, 'odd');
    expect(message.content.equals(content)).toBe(true);
    expect(message.properties).toMatchObject({ headers, type: 'ünï\0' });
    expect((await getSoon(channel, 'odd')).content).toHaveLength(0);
    expect((await getSoon(channel, 'odd')).content.equals(Buffer.alloc(3_000_000, 'z'))).toBe(true);
  });

  it('keeps a stream and its offsets', async () => {
    const declaration = { arguments: { 'x-queue-type': 'stream', 'x-max-age': '7D' } };
    const first = await open();
    const before = await channelOf(first);
    await before.assertQueue('stream', declaration);
    await send(before, 'stream', ['a', 'b']);
    await first.close();
    const channel = await channelOf(await open());
    await channel.assertQueue('stream', declaration);
    await send(channel, 'stream', ['c']);
    await channel.prefetch(10);
    const seen = await collect(channel, 'stream', undefined, { arguments: { 'x-stream-offset': 1 } });
    await eventually(() => expect(seen.texts).toEqual(['b', 'c']));
    expect(seen.messages.map(({ properties }) => properties.headers?.['x-stream-offset'] as unknown)).toEqual([1, 2]);
  });
});

describe('a long backlog', () => {
  const backlog = numbers(12_000);

  it('keeps its head in memory only and comes out whole and in order', async () => {
    const broker = await open();
    const channel = await channelOf(broker);
    await channel.assertQueue('long');
    await send(channel, 'long', backlog);
    const figures = figuresOf(broker, 'long');
    expect(figures).toMatchObject({ ready: backlog.length });
    expect(figures?.inMemory).toBeLessThanOrEqual(2_000);

    await channel.prefetch(100);
    let mostInMemory = 0;
    const seen = await collect(channel, 'long', (message, count) => {
      mostInMemory = Math.max(mostInMemory, figuresOf(broker, 'long')?.inMemory ?? 0);
      if (count === 5_000) channel.sendToQueue('long', bytes('the last'));
      // every hundredth comes back once, to its place
      if (count % 100 === 0 && !message.fields.redelivered) channel.nack(message);
      else channel.ack(message);
    });
    await eventually(() => expect(new Set(seen.texts).size).toBe(backlog.length + 1));
    expect([...new Set(seen.texts)]).toEqual([...backlog, 'the last']);
    expect(mostInMemory).toBeLessThanOrEqual(2_500);
    await eventually(async () => expect(await rowsLeft()).toBe(0));
  });

  it('is bounded by bytes as well as by number', async () => {
    const broker = await open();
    const channel = await channelOf(broker);
    await channel.assertQueue('heavy');
    for (let sent = 0; sent < 60; sent++) channel.sendToQueue('heavy', Buffer.alloc(500_000, 'x'));
    await channel.waitForConfirms();
    expect(figuresOf(broker, 'heavy')).toMatchObject({ ready: 60 });
    expect(figuresOf(broker, 'heavy')?.inMemory).toBeLessThan(30);
    expect(await drainTexts(channel, 'heavy')).toHaveLength(60);
  });

  it('can be purged and deleted, with nothing left on disk', async () => {
    const channel = await channelOf(await open());
    for (const queue of ['purged', 'deleted']) {
      await channel.assertQueue(queue);
      await send(channel, queue, backlog.slice(0, 3_000));
    }
    expect(await channel.purgeQueue('purged')).toEqual({ messageCount: 3_000 });
    expect(await channel.deleteQueue('deleted')).toEqual({ messageCount: 3_000 });
    await eventually(async () => expect(await rowsLeft()).toBe(0));
    await send(channel, 'purged', ['new']);
    expect(await drainTexts(channel, 'purged')).toEqual(['new']);
  });

  it('slows down a publisher that does not wait, and tells it when to go on', async () => {
    const channel = await channelOf(await open());
    await channel.assertQueue('fast');
    const drained = new Promise((resolve) => channel.once('drain', resolve));
    const answers = numbers(15_000).map((text) => channel.sendToQueue('fast', bytes(text)));
    expect(answers[0]).toBe(true);
    expect(answers.at(-1)).toBe(false);
    await drained;
    await channel.waitForConfirms();
    expect(await channel.checkQueue('fast')).toMatchObject({ messageCount: 15_000 });
  });
});

describe('its database', () => {
  it('is refused to a second broker, until the first has closed', async () => {
    const first = await open();
    await expect(open()).rejects.toMatchObject({
      code: 'local_broker.in_use',
      message: expect.stringContaining('Another Firmbridge already uses this local broker'),
    });
    await first.close();
    await open();
  });

  it('may cut all sessions while messages flow: nothing is lost, nothing comes twice', async () => {
    const broker = await open();
    const channel = await channelOf(broker);
    await channel.assertQueue('flow');
    for (let round = 0; round < 5; round++) {
      const cut = cutSessions();
      await send(channel, 'flow', numbers(500, round * 500));
      await cut;
    }
    await broker.close();
    expect(await drainTexts(await channelOf(await open()), 'flow')).toEqual(numbers(2_500));
  });

  it('ends the connections of a broker that lost it to another', async () => {
    const first = await open();
    const model = await first.connect('amqp://local');
    const failure = new Promise<Error>((resolve) => model.once('error', resolve));
    const channel = await model.createConfirmChannel();
    await channel.assertQueue('contested');
    await cutSessions();
    await open();
    const outcome = confirmOf((done) => channel.sendToQueue('contested', bytes('too late'), {}, done));
    expect((await failure).message).toContain('Another Firmbridge already uses this local broker');
    expect(await outcome).toBe('channel closed');
    await expect(first.connect('amqp://local')).rejects.toThrow('The local broker is closed.');
  });
});

it('keeps a dead letter until its target is there, where at-least-once is asked for', async () => {
  const channel = await channelOf(await open());
  await channel.assertQueue('careful', {
    messageTtl: 20,
    overflow: 'reject-publish',
    deadLetterExchange: '',
    deadLetterRoutingKey: 'dead',
    arguments: { 'x-queue-type': 'quorum', 'x-dead-letter-strategy': 'at-least-once' },
  });
  await send(channel, 'careful', ['x']);
  await eventually(async () => expect(await channel.checkQueue('careful')).toMatchObject({ messageCount: 0 }));
  expect(await rowsLeft()).toBe(1);
  await channel.assertQueue('dead');
  expect((await getSoon(channel, 'dead')).content.toString()).toBe('x');
});

it('ends a connection whose confirm callback throws, and goes on for the others', async () => {
  const broker = await open();
  const model = await broker.connect('amqp://local');
  const failure = new Promise<Error>((resolve) => model.once('error', resolve));
  const other = await channelOf(broker);
  await other.assertQueue('calls');
  const channel = await model.createConfirmChannel();
  channel.sendToQueue('calls', bytes('x'), {}, () => {
    throw new Error('a bug in the callback');
  });
  expect((await failure).message).toBe('a bug in the callback');
  await send(other, 'calls', ['y']);
  expect(await drainTexts(other, 'calls')).toEqual(['x', 'y']);
});

it('gives up reconnecting once the broker is closed', async () => {
  const broker = await open();
  const recovering = await broker.connect('amqp://local', { recovery: { initialDelay: 1 } });
  const lost = new Promise<Error>((resolve) => recovering.once('disconnect', resolve));
  const abandoned = new Promise<Error>((resolve) => recovering.once('reconnect-failed', resolve));
  await broker.close();
  expect((await lost).message).toContain('CONNECTION_FORCED');
  await abandoned;
  await expect(recovering.createChannel()).rejects.toThrow('CONNECTION_FORCED');
});
