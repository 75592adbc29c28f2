import type { Database } from '@firmbridge/database';

export interface WriteRetention {
  /** Of writes that are over; a key used again later than that is a new request. Default 30. */
  readonly writesDays?: number;
  /** Of what somebody was shown. Default 1. */
  readonly shownDays?: number;
}

const sweepRows = 5_000;

/** Forgets writes that ended long ago and what was shown long ago. What still waits for a person stays. */
export async function sweepWrites(
  database: Database,
  { writesDays = 30, shownDays = 1 }: WriteRetention = {},
): Promise<void> {
  await sweep(
    database,
    `delete from write_task where ctid = any (array(select ctid from write_task
       where finished_at < clock_timestamp() - make_interval(days => $1) and state <> 'unknown' limit $2)) returning 1`,
    writesDays,
  );
  await sweep(
    database,
    `delete from shown_record where ctid = any (array(select ctid from shown_record
       where shown_at < clock_timestamp() - make_interval(days => $1) limit $2)) returning 1`,
    shownDays,
  );
}

async function sweep(database: Database, sql: string, days: number): Promise<void> {
  for (;;) {
    const gone = await database.acrossTenants((tx) => tx.query(sql, [days, sweepRows]));
    if (gone.length < sweepRows) return;
  }
}
