import { testDatabaseUrl, eventually } from '@firmbridge/testing';
import pg from 'pg';
import { StoryStores } from '../src/faults/messaging/story-stores.js';
import { recordManifest } from '../src/faults/messaging/records.js';

it('outlives that the database ends its idle connection, so that a run broken off removes what it made', async () => {
  const manifest = recordManifest({ concurrency: 1, withTap: false });
  const stores = new StoryStores({
    databaseUrl: testDatabaseUrl(),
    amqpUrl: 'amqp://nobody',
    namespace: 'x',
    manifest,
  });
  const other = new pg.Client({ connectionString: testDatabaseUrl() });
  await other.connect();
  try {
    const { rows } = await stores.db.query<{ pid: number }>('select pg_backend_pid() as pid');
    await other.query('select pg_terminate_backend($1)', [rows[0]?.pid]);
    await eventually(() => stores.db.totalCount === 0);
  } finally {
    await other.end();
    await stores.db.end();
  }
});
