import type { Work } from '../work.js';
import { deletionChunk } from './delete-records.js';
import { sendToMapping } from './send-to-mapping.js';
import type { DeletionScope } from './signals.js';

interface BackRow {
  readonly record_id: string;
  readonly revision: string;
  readonly body: Readonly<Record<string, unknown>>;
}

/**
 * Brings back the next records that a person wants back, with a risen revision, and sends them to mapping; answers how many are
 * settled. They count as kept: what speaks of their deletion is ignored until the provider has shown them again.
 */
export async function restoreNext(
  work: Work,
  restoring: Omit<DeletionScope, 'observedAt'> & { readonly deletionId: string },
): Promise<number> {
  const { tx } = work;
  const { tenantId, connectionId, resource, deletionId } = restoring;
  const key = [tenantId, connectionId, resource];
  const picked = await tx.query<{ record_id: string }>(
    `select r.record_id from record r where r.tenant_id = $1 and r.connection_id = $2 and r.resource = $3
       and r.record_id in (select d.record_id from record_deletion d
         where d.tenant_id = $1 and d.deletion_id = $4 and d.state = 'returning' order by d.record_id limit $5)
     order by r.record_id for update`,
    [...key, deletionId, deletionChunk],
  );
  const ids = picked.map(({ record_id: recordId }) => recordId);
  const back = await tx.query<BackRow>(
    `with kept as (
       update record_deletion set state = 'kept', signalled_at = clock_timestamp()
       where tenant_id = $1 and connection_id = $2 and resource = $3 and record_id = any ($4) and deletion_id = $5
       returning record_id
     )
     update record r set deleted_at = null, revision = r.revision + 1 from kept
     where r.tenant_id = $1 and r.connection_id = $2 and r.resource = $3 and r.record_id = kept.record_id and r.deleted_at is not null
     returning r.record_id, r.revision, r.body`,
    [...key, ids, deletionId],
  );
  const records = back.map(({ record_id: recordId, revision, body }) => ({
    recordId,
    revision: Number(revision),
    deleted: false,
    body,
  }));
  await sendToMapping(work, { ...restoring, cause: 'restore', lane: 'backfill' }, records);
  return picked.length;
}
