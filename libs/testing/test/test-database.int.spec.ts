import { connect } from 'amqplib';
import pg from 'pg';
import { createTestDatabase, testAmqpUrl, testDatabaseUrl } from '../src/index.js';

const empty = { service: 'empty', entities: [], migrations: [] };

async function databases(): Promise<string[]> {
  const client = new pg.Client({ connectionString: testDatabaseUrl() });
  await client.connect();
  const { rows } = await client.query('select datname from pg_database');
  await client.end();
  return rows.map(({ datname }) => datname);
}

it('gives each suite a database of its own, which is gone afterwards even if somebody is still connected', async () => {
  const [one, two] = await Promise.all([
    createTestDatabase({ services: [empty] }),
    createTestDatabase({ services: [empty] }),
  ]);
  const names = [one, two].map(({ url }) => new URL(url).pathname.slice(1));
  expect(await databases()).toEqual(expect.arrayContaining(names));
  await one.connect(empty);
  const straggler = new pg.Client({ connectionString: two.url });
  straggler.on('error', () => undefined);
  await straggler.connect();
  await Promise.all([one.drop(), two.drop()]);
  expect((await databases()).filter((name) => names.includes(name))).toEqual([]);
});

const withRabbit = testAmqpUrl() ? it : it.skip;

withRabbit('offers the RabbitMQ that was found', async () => {
  const connection = await connect(testAmqpUrl() ?? '');
  await connection.close();
});
