import type { Database } from '@firmbridge/database';

/**
 * Says that somebody is here to take deliveries. Connections for which nobody was for so long that some may have been given up
 * are to catch up; for a new one nobody had to. Of several replicas one is enough.
 */
export async function noteListening(database: Database, longestSilenceSeconds: number): Promise<void> {
  await database.acrossTenants((tx) =>
    tx.query(
      `update connection set listened_at = clock_timestamp(),
         catch_up_due = catch_up_due or coalesce(listened_at < clock_timestamp() - make_interval(secs => $1), false)
       where status = 'active'`,
      [longestSilenceSeconds],
    ),
  );
}
