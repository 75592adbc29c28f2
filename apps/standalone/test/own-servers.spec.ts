import { existsSync } from 'node:fs';
import path from 'node:path';
import { eventually } from '@firmbridge/testing';
import amqplib from 'amqplib';
import pg from 'pg';
import { OwnServers, whyNoServers } from '../src/servers/own-servers.js';

const searchPath = process.env['PATH'] ?? '';
const whenThereArePrograms = whyNoServers(searchPath) === null ? describe : describe.skip;

whenThereArePrograms('servers of our own (needs the programs of RabbitMQ and PostgreSQL)', () => {
  let servers: OwnServers;
  beforeAll(async () => {
    servers = await OwnServers.start(searchPath);
  }, 120_000);
  afterAll(() => servers?.remove());

  it('close a connection by its name, keep what was confirmed over a restart, and leave nothing behind', async () => {
    const { rabbit } = servers;
    const connection = await amqplib.connect(rabbit.url, { clientProperties: { connection_name: 'mine' } });
    let isClosed = false;
    connection.on('error', () => undefined);
    connection.on('close', () => (isClosed = true));
    const channel = await connection.createConfirmChannel();
    await channel.assertQueue('kept', { durable: true, arguments: { 'x-queue-type': 'quorum' } });
    channel.sendToQueue('kept', Buffer.from('a'), { persistent: true });
    await channel.waitForConfirms();
    const mine = (await rabbit.console.connections()).find(({ name }) => name === 'mine');
    expect(mine).toBeDefined();
    if (mine) await rabbit.console.close(mine);
    await eventually(() => isClosed);

    const { downAt, upAt } = await rabbit.restart('stop');
    expect(upAt).toBeGreaterThan(downAt);
    const after = await amqplib.connect(rabbit.url);
    const reading = await after.createChannel();
    // The queue counts anew before it knows what it has.
    await eventually(async () => (await reading.checkQueue('kept')).messageCount === 1);
    await after.close();

    const database = new pg.Client({ connectionString: servers.databaseUrl });
    await database.connect();
    const { rows } = await database.query<{ folder: string }>("select current_setting('data_directory') as folder");
    await database.end();
    const folder = path.dirname(servers.file('any'));
    expect(rows).toEqual([{ folder: path.join(folder, 'postgres/data') }]);

    await servers.remove();
    expect(existsSync(folder)).toBe(false);
    await expect(amqplib.connect(rabbit.url)).rejects.toThrow(/ECONNREFUSED/);
  }, 120_000);
});
