import { AppError, type DeletionEvidence } from '@firmbridge/contracts';
import type { Tx } from '@firmbridge/database';
import type { ProviderAdapter, ReadRecord, RecordsRequest } from '../adapter.js';
import { noteDeletions } from '../deletions/note-deletions.js';
import type { DeletionScope } from '../deletions/signals.js';
import type { Work } from '../work.js';
import type { ClaimedPage } from './claim.js';

/** The next records of whose children a page is made. */
export interface ParentPage {
  readonly ids: readonly string[];
  readonly nextCursor: string | null;
}

interface ParentQuestion {
  readonly childOf: string;
  /** Each costs a call. */
  readonly limit: number;
}

/**
 * Stored parents in the order of their ids: all, or those that were seen to change since the page's `since`. A deleted one is
 * among them while children of it are there.
 */
export async function nextParents(tx: Tx, claim: ClaimedPage, { childOf, limit }: ParentQuestion): Promise<ParentPage> {
  const { connection, resource, cursor, since } = claim;
  const rows = await tx.query<{ record_id: string }>(
    `select parent.record_id from record parent
     where parent.tenant_id = $1 and parent.connection_id = $2 and parent.resource = $3 and ($4::text is null or parent.record_id > $4)
       and ($5::timestamptz is null or parent.observed_at >= $5 or parent.deleted_at >= $5)
       and (parent.deleted_at is null or exists (select 1 from record child where child.tenant_id = $1 and child.connection_id = $2
         and child.resource = $6 and child.parent_id = parent.record_id and child.deleted_at is null))
     order by parent.record_id limit $7`,
    [connection.tenantId, connection.connectionId, childOf, cursor, since, resource, limit],
  );
  const ids = rows.map(({ record_id: recordId }) => recordId);
  return { ids, nextCursor: ids.length < limit ? null : (ids.at(-1) ?? null) };
}

export async function readChildren(adapter: ProviderAdapter, request: RecordsRequest): Promise<readonly ReadRecord[]> {
  if (adapter.readChildren) return request.ids.length === 0 ? [] : adapter.readChildren(request);
  const { service, provider } = adapter;
  const message = `${provider} has no ${request.resource} of other records.`;
  throw new AppError('validation', `${service}.no_children`, message);
}

export interface ChildrenRead {
  readonly parentIds: readonly string[];
  readonly records: readonly ReadRecord[];
  /** What the absence of a known child says, by its parent. */
  readonly evidenceOf: (parentId: string) => DeletionEvidence;
}

/** Known children that a complete reading of their parents did not give are gone. One without a readable id may be any of them. */
export async function noteAbsentChildren(work: Work, scope: DeletionScope, read: ChildrenRead): Promise<void> {
  const found = read.records.map(({ recordId }) => recordId);
  if (read.parentIds.length === 0 || found.includes(null)) return;
  const absent = await work.tx.query<{ recordId: string; parentId: string }>(
    `select record_id as "recordId", parent_id as "parentId" from record
     where tenant_id = $1 and connection_id = $2 and resource = $3 and parent_id = any ($4) and deleted_at is null
       and record_id <> all ($5)`,
    [scope.tenantId, scope.connectionId, scope.resource, read.parentIds, found],
  );
  const signals = absent.map(({ recordId, parentId }) => ({ recordId, evidence: read.evidenceOf(parentId) }));
  await noteDeletions(work, scope, signals);
}
