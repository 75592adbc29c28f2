// Removes what suites left behind and stops the PostgreSQL that the set-up started.
import pg from 'pg';

export default async function releaseServers() {
  try {
    await dropLeftovers(process.env.TEST_DATABASE_URL, process.env.TEST_DATABASE_PREFIX);
  } finally {
    await globalThis.stopTestServers?.();
  }
}

async function dropLeftovers(url, prefix) {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const { rows } = await client.query('select datname from pg_database where starts_with(datname, $1)', [prefix]);
    for (const { datname } of rows) await client.query(`drop database if exists ${datname} with (force)`);
  } finally {
    await client.end();
  }
}
