import { mappingMessages, type ChangedRecord } from '@firmbridge/contracts';
import type { Tx } from '@firmbridge/database';
import type { ClaimedPage } from './claim.js';

export interface StoredPage {
  readonly records: readonly ChangedRecord[];
  /** The last record's id; null when no record is behind it. */
  readonly nextCursor: string | null;
  /** Told with the first page. */
  readonly expected: number | null;
}

interface StoredRow {
  readonly record_id: string;
  readonly revision: string;
  readonly deleted: boolean;
  readonly body: Readonly<Record<string, unknown>>;
}

/** The next stored records of a resource in the order of their ids, deleted ones included, each with its revision. */
export async function readStoredPage(tx: Tx, claim: ClaimedPage): Promise<StoredPage> {
  const { connection, resource, cursor } = claim;
  const scope = [connection.tenantId, connection.connectionId, resource];
  const limit = mappingMessages.recordPageLimits.records;
  const rows = await tx.query<StoredRow>(
    `select record_id, revision, deleted_at is not null as deleted, body from record
     where tenant_id = $1 and connection_id = $2 and resource = $3 and ($4::text is null or record_id > $4)
     order by record_id limit $5`,
    [...scope, cursor, limit],
  );
  return {
    records: rows.map(({ record_id, revision, deleted, body }) => ({
      recordId: record_id,
      revision: Number(revision),
      deleted,
      body,
    })),
    nextCursor: rows.length < limit ? null : (rows.at(-1)?.record_id ?? null),
    expected: cursor === null ? await countRecords(tx, scope) : null,
  };
}

async function countRecords(tx: Tx, scope: readonly string[]): Promise<number> {
  const [row] = await tx.query<{ count: number }>(
    'select count(*)::int as count from record where tenant_id = $1 and connection_id = $2 and resource = $3',
    scope,
  );
  return row?.count ?? 0;
}
