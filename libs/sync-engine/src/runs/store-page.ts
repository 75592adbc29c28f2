import { createHash } from 'node:crypto';
import type { ChangedRecord } from '@firmbridge/contracts';
import type { Tx } from '@firmbridge/database';
import type { GoodRecord } from '../adapter.js';
import { noteSeen } from '../deletions/note-seen.js';

/** Whose records they are, and since when at the latest they are as they were read: the database's clock before the call. */
export interface RecordScope {
  readonly tenantId: string;
  readonly connectionId: string;
  readonly resource: string;
  readonly observedAt: string;
}

interface ChangedRow {
  readonly record_id: string;
  readonly revision: string;
}

function contentHash(text: string): string {
  return createHash('sha256').update(text).digest('base64');
}

/**
 * Upserts records as they were read and answers those whose content changed, with their risen revision. A copy that is older
 * than what is stored (by the provider's time, or by ours where it gives none) never overwrites it. A deleted record comes back
 * when it was observed after its deletion.
 */
export async function storeRecords(
  tx: Tx,
  scope: RecordScope,
  records: readonly GoodRecord[],
): Promise<ChangedRecord[]> {
  if (records.length === 0) return [];
  const latest = new Map(records.map((record) => [record.recordId, record]));
  const rows = [...latest.values()].map((record) => ({
    record_id: record.recordId,
    content_hash: contentHash(JSON.stringify(record.body)),
    source_updated_at: record.sourceUpdatedAt,
    parent_id: record.parentId,
    body: record.body,
  }));
  const changed = await tx.query<ChangedRow>(
    `insert into record as known (tenant_id, connection_id, resource, record_id, revision, content_hash, source_updated_at, observed_at, parent_id, body)
     select $1, $2, $3, x.record_id, 1, x.content_hash, x.source_updated_at, $4, x.parent_id, x.body
     from jsonb_to_recordset($5::jsonb) as x(record_id text, content_hash text, source_updated_at timestamptz, parent_id text, body jsonb)
     order by x.record_id
     on conflict (tenant_id, connection_id, resource, record_id) do update set
       revision = known.revision + 1, content_hash = excluded.content_hash, source_updated_at = excluded.source_updated_at,
       observed_at = excluded.observed_at, deleted_at = null, parent_id = excluded.parent_id,
       body = excluded.body
     where (known.content_hash <> excluded.content_hash or known.deleted_at is not null)
       and (known.source_updated_at is null or excluded.source_updated_at is null or excluded.source_updated_at >= known.source_updated_at)
       and (excluded.observed_at > known.observed_at
         or (known.deleted_at is null and (excluded.source_updated_at > known.source_updated_at or excluded.observed_at = known.observed_at)))
     returning record_id, revision`,
    [scope.tenantId, scope.connectionId, scope.resource, scope.observedAt, JSON.stringify(rows)],
  );
  await noteSeen(tx, scope, [...latest.keys()]);
  return changed.map(({ record_id, revision }) => ({
    recordId: record_id,
    revision: Number(revision),
    deleted: false,
    body: latest.get(record_id)?.body ?? {},
  }));
}
