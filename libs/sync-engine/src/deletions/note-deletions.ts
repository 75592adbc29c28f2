import { randomUUID } from 'node:crypto';
import type { Tx } from '@firmbridge/database';
import type { Work } from '../work.js';
import { mustHold } from './brake.js';
import { deleteNext } from './delete-records.js';
import { hold } from './hold.js';
import { isSure, secondLookAfter, type DeletionScope, type DeletionSignal, type NotedDeletions } from './signals.js';

/**
 * Takes what says that records are gone, in the caller's transaction. What is sure is soft-deleted and told to mapping at once;
 * too much of it at once is held for a person. A 404 only makes a record suspected until something else says the same: a 404
 * later on, a tombstone, its absence from a complete sweep. A record that was observed after the signal stays, and so does one
 * that a person decided to keep, until it is seen again.
 */
export async function noteDeletions(
  work: Work,
  scope: DeletionScope,
  signals: readonly DeletionSignal[],
): Promise<NotedDeletions> {
  if (signals.length === 0) return { deleted: 0, held: 0 };
  await oneAtATime(work.tx, scope);
  const latest = new Map(signals.map((signal) => [signal.recordId, signal]));
  const rows = [...latest.values()].map(({ recordId, evidence }) => ({ recordId, evidence, sure: isSure(evidence) }));
  await keepTombstones(
    work.tx,
    scope,
    rows.filter(({ evidence }) => evidence === 'tombstone').map(({ recordId }) => recordId),
  );
  await work.tx.query(
    `with gone as (
       select r.record_id, s.evidence, s.sure from record r
       join jsonb_to_recordset($5::jsonb) as s("recordId" text, evidence text, sure boolean) on s."recordId" = r.record_id
       where r.tenant_id = $1 and r.connection_id = $2 and r.resource = $3 and r.deleted_at is null and r.observed_at <= $4
       order by r.record_id for update of r
     ) ${markGone}`,
    [scope.tenantId, scope.connectionId, scope.resource, scope.observedAt, JSON.stringify(rows)],
  );
  return settle(work, scope);
}

/** Follows `with gone(record_id, evidence, sure)`; parameters 1 to 4 are tenant, connection, resource and instant. */
export const markGone = `
  insert into record_deletion as known (tenant_id, connection_id, resource, record_id, state, evidence, signalled_at)
  select $1, $2, $3, record_id, case when sure then 'sure' else 'suspected' end, evidence, $4 from gone
  on conflict (tenant_id, connection_id, resource, record_id) do update set
    state = 'sure', deletion_id = null, evidence = excluded.evidence, signalled_at = excluded.signalled_at
  where known.state = 'suspected'
    and (excluded.state = 'sure' or excluded.signalled_at >= known.signalled_at + interval '${secondLookAfter}')`;

/** The brake counts: two that would each stay below it must not pass it together. */
export async function oneAtATime(tx: Tx, { connectionId, resource }: DeletionScope): Promise<void> {
  await tx.query(`select pg_advisory_xact_lock(hashtextextended($1, 0))`, [`deletions/${connectionId}/${resource}`]);
}

/** Deletes what is sure, or holds all of it. */
export async function settle(work: Work, scope: DeletionScope): Promise<NotedDeletions> {
  if (await mustHold(work.tx, scope)) return { deleted: 0, held: await hold(work, scope) };
  const deletionId = randomUUID();
  const [counted] = await work.tx.query<{ count: number }>(
    `with sure as (
       update record_deletion set deletion_id = $4 where tenant_id = $1 and connection_id = $2 and resource = $3 and state = 'sure'
       returning evidence
     ), kept as (
       insert into deletion (tenant_id, deletion_id, connection_id, resource, state, evidence, records, run_id, correlation_id, noted_at)
       select $1, $4, $2, $3, 'deleted', min(evidence), count(*), $5, $6, clock_timestamp() from sure having count(*) > 0
     )
     select count(*)::int as count from sure`,
    [scope.tenantId, scope.connectionId, scope.resource, deletionId, scope.runId, scope.correlationId],
  );
  const count = counted?.count ?? 0;
  return { deleted: count === 0 ? 0 : await deleteNext(work, { ...scope, deletionId, state: 'sure' }), held: 0 };
}

/**
 * A tombstone may come before the record it is about, or before a copy of it that was read earlier is stored: what it leaves is
 * newer than that copy.
 */
async function keepTombstones(tx: Tx, scope: DeletionScope, recordIds: readonly string[]): Promise<void> {
  if (recordIds.length === 0) return;
  await tx.query(
    `insert into record (tenant_id, connection_id, resource, record_id, revision, content_hash, observed_at, deleted_at, body)
     select $1, $2, $3, x.id, 1, '', $4, clock_timestamp(), '{}' from unnest($5::text[]) as x(id) order by x.id
     on conflict do nothing`,
    [scope.tenantId, scope.connectionId, scope.resource, scope.observedAt, recordIds],
  );
}
