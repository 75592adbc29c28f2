import { LocalBroker } from '@firmbridge/local-broker';
import { createTestDatabase, type TestDatabase } from '@firmbridge/testing';
import { anEntity } from '@firmbridge/subscriber/kit';
import pg from 'pg';
import { replay } from '../src/index.js';
import { Platform, type TestBroker } from './harness.js';
import { brokerSuites } from './suites/index.js';

describe('on the local broker', () => {
  let databases: TestDatabase;
  let local: LocalBroker;

  beforeAll(async () => {
    databases = await createTestDatabase({ services: [] });
    local = await LocalBroker.open({ databaseUrl: databases.url });
  });
  afterAll(async () => {
    await local.close();
    await databases.drop();
  });

  it('does not begin a replay before what the stream still has', async () => {
    const platform = await Platform.open({ connect: local.connect, url: 'amqp://local' });
    try {
      await platform.openStream();
      const at = (minute: number) => new Date(Date.UTC(2026, 0, 15, 10, minute));
      await platform.publish(...[0, 1, 2].map((minute) => anEntity('matter').created({ at: at(minute) })));
      await forgetTheFirst(databases.url, platform.stream);
      const tellFrom = (from: Date) => replay({ ...platform.options, from, on: { '*': () => undefined } });
      await expect(tellFrom(at(0))).rejects.toMatchObject({
        code: 'replay.too_old',
        message: expect.stringContaining(`The stream begins at ${at(1).toISOString()}.`) as string,
      });
      expect(await tellFrom(at(1))).toMatchObject({ handled: 2 });
    } finally {
      await platform.close();
    }
  });

  brokerSuites((): TestBroker => ({ connect: local.connect, url: 'amqp://local' }));
});

/** What trimming by age does after seven days. */
async function forgetTheFirst(databaseUrl: string, stream: string): Promise<void> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  await client.query(
    `delete from local_broker.message
      where position = 1 and queue_id = (select id from local_broker.queue where name = $1)`,
    [stream],
  );
  await client.end();
}
