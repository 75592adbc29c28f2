import { newMessage, newOrigin, syncMessages, type OutgoingMessage } from '@firmbridge/contracts';
import { isBad, type BadRecord, type GoodRecord, type Records } from '../adapter.js';
import { noteDeletions } from '../deletions/note-deletions.js';
import { sendToMapping } from '../deletions/send-to-mapping.js';
import type { DeletionSignal } from '../deletions/signals.js';
import { noteAbsentChildren } from '../runs/child-page.js';
import { storeRecords } from '../runs/store-page.js';
import type { Work } from '../work.js';
import { settleDirty, type DirtyBatch } from './dirty-records.js';

export interface FetchedRecords {
  readonly records: Records;
  /** The batch names records of which all children were read; empty where it names the records themselves. */
  readonly parentIds: readonly string[];
}

export interface Fetched extends Work, FetchedRecords {
  readonly batch: DirtyBatch;
  readonly correlationId: string;
}

/**
 * One transaction for what was fetched: records stored, the changed ones sent to mapping by the live lane, the missing ones
 * signalled as deleted, the batch clean.
 */
export async function storeFetched(fetched: Fetched): Promise<void> {
  const { tx, outbox, batch, records } = fetched;
  const { tenantId, connectionId } = batch.connection;
  const good = records.found.filter((record): record is GoodRecord => !isBad(record));
  const bad = records.found.filter(isBad);
  const scope = { tenantId, connectionId, resource: batch.resource, observedAt: batch.observedAt };
  // First: a sweep that judges the same resource takes its locks in this order, too.
  const deletions = { ...placeOf(fetched), observedAt: batch.observedAt, runId: null };
  await noteDeletions(fetched, deletions, signalsOf(fetched));
  await noteAbsentChildren(fetched, deletions, {
    parentIds: fetched.parentIds,
    records: records.found,
    evidenceOf: (parentId) => (announcedBy(batch).has(parentId) ? 'tombstone' : 'absent_from_sweep'),
  });
  const changed = await storeRecords(tx, scope, good);
  await setAside(fetched, bad);
  await sendToMapping(fetched, { ...placeOf(fetched), cause: 'webhook', lane: 'live' }, changed);
  const problems = bad.map((record) => problemOf(fetched, record));
  await outbox.add(tx, problems);
  await settleDirty(tx, batch);
}

function placeOf({ batch, correlationId }: Fetched) {
  const { tenantId, connectionId, provider } = batch.connection;
  return { tenantId, connectionId, provider, resource: batch.resource, correlationId };
}

/** A record that was announced as deleted and is not given any more is surely gone; one that is only not found may come back. */
function signalsOf({ batch, records }: Fetched): DeletionSignal[] {
  const announced = announcedBy(batch);
  return records.missing.map((recordId) => ({
    recordId,
    evidence: announced.has(recordId) ? 'tombstone' : 'not_found',
  }));
}

function announcedBy(batch: DirtyBatch): ReadonlySet<string> {
  return new Set(batch.records.filter(({ isDeleted }) => isDeleted).map(({ recordId }) => recordId));
}

async function setAside({ tx, batch }: Fetched, bad: readonly BadRecord[]): Promise<void> {
  if (bad.length === 0) return;
  const { tenantId, connectionId } = batch.connection;
  await tx.query(
    `insert into rejected_record (tenant_id, rejected_record_id, connection_id, resource, record_id, reason, rejected_at)
     select $1, gen_random_uuid(), $2, $3, x."recordId", x.reason, clock_timestamp()
     from jsonb_to_recordset($4::jsonb) as x("recordId" text, reason text)`,
    [tenantId, connectionId, batch.resource, JSON.stringify(bad)],
  );
}

function problemOf(fetched: Fetched, { recordId, reason }: BadRecord): OutgoingMessage {
  const { connection, resource } = fetched.batch;
  return newMessage(
    syncMessages.problemRaised,
    {
      service: fetched.service,
      code: `${connection.provider}.record_malformed`,
      message: `A record of ${resource} was set aside: ${reason}`,
      provider: connection.provider,
      connectionId: connection.connectionId,
      resource,
      recordId,
      runId: null,
      details: {},
    },
    newOrigin({
      service: fetched.service,
      tenantId: connection.tenantId,
      now: fetched.now,
      correlationId: fetched.correlationId,
    }),
  );
}
