import pg from 'pg';

/** Ends the database connections of all relays of this database, as a crash of their processes would. */
export async function terminateRelays(url: string): Promise<number> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const { rowCount } = await client.query(
      `select pg_terminate_backend(pid) from pg_stat_activity
        where datname = current_database() and application_name like '%:dedicated'`,
    );
    return rowCount ?? 0;
  } finally {
    await client.end();
  }
}
