import { createHash } from 'node:crypto';
import type { ChangedRecord } from '@firmbridge/contracts';
import type { Tx } from '@firmbridge/database';
import type { GoodRecord } from '../adapter.js';
import type { ClaimedPage } from './claim.js';

interface ChangedRow {
  readonly record_id: string;
  readonly revision: string;
}

function contentHash(text: string): string {
  return createHash('sha256').update(text).digest('base64');
}

/**
 * Upserts the records of a page and answers those whose content changed, with their risen revision. A copy that is older
 * than what is stored (by the provider's time, or by ours where it gives none) never overwrites it.
 */
export async function storeRecords(
  tx: Tx,
  claim: ClaimedPage,
  records: readonly GoodRecord[],
): Promise<ChangedRecord[]> {
  if (records.length === 0) return [];
  const latest = new Map(records.map((record) => [record.recordId, record]));
  const rows = [...latest.values()].map((record) => ({
    record_id: record.recordId,
    content_hash: contentHash(JSON.stringify(record.body)),
    source_updated_at: record.sourceUpdatedAt,
    body: record.body,
  }));
  const { tenantId, connectionId } = claim.connection;
  const changed = await tx.query<ChangedRow>(
    `insert into record as known (tenant_id, connection_id, resource, record_id, revision, content_hash, source_updated_at, observed_at, body)
     select $1, $2, $3, x.record_id, 1, x.content_hash, x.source_updated_at, $4, x.body
     from jsonb_to_recordset($5::jsonb) as x(record_id text, content_hash text, source_updated_at timestamptz, body jsonb)
     order by x.record_id
     on conflict (tenant_id, connection_id, resource, record_id) do update set
       revision = known.revision + 1, content_hash = excluded.content_hash, source_updated_at = excluded.source_updated_at,
       observed_at = excluded.observed_at, deleted_at = null, body = excluded.body
     where (known.content_hash <> excluded.content_hash or known.deleted_at is not null)
       and (known.source_updated_at is null or excluded.source_updated_at is null or excluded.source_updated_at >= known.source_updated_at)
       and (excluded.source_updated_at > known.source_updated_at or excluded.observed_at >= known.observed_at)
     returning record_id, revision`,
    [tenantId, connectionId, claim.resource, claim.observedAt, JSON.stringify(rows)],
  );
  return changed.map(({ record_id, revision }) => ({
    recordId: record_id,
    revision: Number(revision),
    deleted: false,
    body: latest.get(record_id)?.body ?? {},
  }));
}
