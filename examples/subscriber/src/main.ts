import { messageOf, postgresInbox, subscribe } from '@firmbridge/subscriber';
import process, { env } from 'node:process';
import pg from 'pg';
import { openMatters, openMatterTable } from './open-matters.js';

const { AMQP_URL: url = 'amqp://guest:guest@127.0.0.1:5672', AMQP_NAMESPACE: namespace, DATABASE_URL } = env;

try {
  const pool = DATABASE_URL ? new pg.Pool({ connectionString: DATABASE_URL }) : undefined;
  const inbox = pool && postgresInbox(pool, { schema: 'open_matters' });
  await inbox?.createTables();
  await pool?.query(openMatterTable);
  const subscription = await subscribe({ url, namespace, ...openMatters(inbox) });

  const stop = async () => {
    await subscription.stop();
    await pool?.end();
  };
  process.once('SIGTERM', () => void stop()).once('SIGINT', () => void stop());
} catch (error) {
  process.stderr.write(`The example cannot start: ${messageOf(error)}\n`);
  process.exit(1);
}
