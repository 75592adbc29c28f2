import type { Database } from '@firmbridge/database';

const batchRows = 5_000;

/** Forgets deliveries that are older; a replay of one of them costs one fetch and changes nothing. Answers how many. */
export async function sweepDeliveries(database: Database, keptDays: number): Promise<number> {
  let swept = 0;
  for (;;) {
    const gone = await database.acrossTenants(async (tx) => {
      const [row] = await tx.query<{ gone: number }>(
        `with gone as (
           delete from webhook_delivery where ctid = any (array(
             select ctid from webhook_delivery where received_at < clock_timestamp() - make_interval(days => $1) limit ${batchRows}))
           returning 1
         ) select count(*)::int as gone from gone`,
        [keptDays],
      );
      return row?.gone ?? 0;
    });
    swept += gone;
    if (gone < batchRows) return swept;
  }
}
