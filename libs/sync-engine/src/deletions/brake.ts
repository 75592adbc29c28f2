import type { Tx } from '@firmbridge/database';
import type { DeletionScope } from './signals.js';

/** What goes at once without a person: at most this many records, and at most this share of the resource. */
export const brake = { records: 100, percent: 5, window: '10 minutes' } as const;

/** A single record is never a mass deletion, however few there are. */
export function isMassDeletion(deleted: number, total: number): boolean {
  if (deleted <= 1) return false;
  return deleted > brake.records || deleted * 100 > total * brake.percent;
}

/**
 * Whether the records that are surely gone, together with those that went or were held within the window, are too many to go
 * by themselves. What a person decided about does not count. No more records are counted than the answer needs.
 */
export async function mustHold(tx: Tx, scope: DeletionScope): Promise<boolean> {
  const key = [scope.tenantId, scope.connectionId, scope.resource];
  const [counts] = await tx.query<{ gone: number; removed: number }>(
    `select count(*)::int as gone, count(*) filter (where d.state = 'deleted')::int as removed
     from record_deletion d
     left join deletion decision on decision.tenant_id = d.tenant_id and decision.deletion_id = d.deletion_id
     where d.tenant_id = $1 and d.connection_id = $2 and d.resource = $3 and (d.state = 'sure' or (d.state in ('held', 'deleted')
       and d.signalled_at > clock_timestamp() - interval '${brake.window}' and decision.decided_at is null))`,
    key,
  );
  const { gone = 0, removed = 0 } = counts ?? {};
  if (gone > brake.records) return true;
  const [left] = await tx.query<{ count: number }>(
    `select count(*)::int as count from (select 1 from record
       where tenant_id = $1 and connection_id = $2 and resource = $3 and deleted_at is null limit $4) live`,
    [...key, Math.ceil((gone * 100) / brake.percent)],
  );
  return isMassDeletion(gone, (left?.count ?? 0) + removed);
}
