import { mappingMessages, type Cause } from '@firmbridge/contracts';
import type { Work } from '../work.js';
import { sendToMapping } from './send-to-mapping.js';
import type { DeletionScope } from './signals.js';

export interface Deleting extends Omit<DeletionScope, 'observedAt'> {
  readonly deletionId: string;
  /** Which of the deletion's records are next. */
  readonly state: 'sure' | 'held';
}

interface GoneRow {
  readonly record_id: string;
  readonly revision: string;
  readonly body: Readonly<Record<string, unknown>>;
  readonly evidence: string;
}

export const deletionChunk = mappingMessages.recordPageLimits.records;

/**
 * Soft-deletes the next records of a deletion with a risen revision and sends them to mapping; answers how many they were. A copy
 * that was read before the signal is stale from now on. The records are locked before their deletions are looked at, as whoever
 * stores records does it: one that is just being seen again is not deleted.
 */
export async function deleteNext(work: Work, deleting: Deleting): Promise<number> {
  const { tx } = work;
  const { tenantId, connectionId, resource, deletionId, state } = deleting;
  const key = [tenantId, connectionId, resource];
  const picked = await tx.query<{ record_id: string }>(
    `select r.record_id from record r where r.tenant_id = $1 and r.connection_id = $2 and r.resource = $3
       and r.record_id in (select d.record_id from record_deletion d
         where d.tenant_id = $1 and d.deletion_id = $4 and d.state = $5 order by d.record_id limit $6)
     order by r.record_id for update`,
    [...key, deletionId, state, deletionChunk],
  );
  const ids = picked.map(({ record_id: recordId }) => recordId);
  const gone = await tx.query<GoneRow>(
    `with marked as (
       update record_deletion set state = 'deleted'
       where tenant_id = $1 and connection_id = $2 and resource = $3 and record_id = any ($4) and deletion_id = $5 and state = $6
       returning record_id, signalled_at, evidence
     )
     update record r set deleted_at = clock_timestamp(), revision = r.revision + 1,
       observed_at = greatest(r.observed_at, m.signalled_at)
     from marked m where r.tenant_id = $1 and r.connection_id = $2 and r.resource = $3 and r.record_id = m.record_id
     returning r.record_id, r.revision, r.body, m.evidence`,
    [...key, ids, deletionId, state],
  );
  const records = gone.map(({ record_id: recordId, revision, body }) => ({
    recordId,
    revision: Number(revision),
    deleted: true,
    body,
  }));
  await sendToMapping(work, { ...deleting, cause: causeOf(gone), lane: laneOf(deleting) }, records);
  return picked.length;
}

function causeOf(gone: readonly GoneRow[]): Cause {
  return gone.some(({ evidence }) => evidence === 'tombstone') ? 'webhook' : 'poll';
}

/** What a person approved may be a great many: it never delays a live change. */
function laneOf({ state }: Deleting): 'live' | 'backfill' {
  return state === 'held' ? 'backfill' : 'live';
}
