import { z } from 'zod';
import { entitySchemas, isAppError, messageOf, type ChangedRecord, type EntityVerb } from '@firmbridge/contracts';
import type { NormalizationContext } from './context.js';
import { observe, observeDeletion, type EntityChange, type KnownEntity } from './entity-change.js';
import { referencesOf, settle, type Draft } from './entity-state.js';
import type { Normalizer } from './normalizers/normalizer.js';
import type { RecordReference } from './references.js';

/** A record of a page as far as it can be read by itself. A deleted one needs no readable copy. */
export interface ReadRecord {
  readonly recordId: string;
  readonly revision: number;
  readonly deleted: boolean;
  readonly draft: Draft | null;
}

export interface RejectedRecord {
  readonly recordId: string;
  readonly revision: number;
  readonly code: string;
  /** Names fields and types, never the values. */
  readonly reason: string;
}

export interface ReadPage {
  readonly readable: readonly ReadRecord[];
  readonly rejected: readonly RejectedRecord[];
}

/** What is already known, read under the locks of the page's transaction. */
export interface Knowledge {
  /** By record id; absent for a record nobody has seen or mentioned. */
  link(recordId: string): { readonly entityId: string; readonly revision: number } | undefined;
  entity(entityId: string): KnownEntity | undefined;
  idOf(reference: RecordReference): string;
}

export interface PlannedChange extends EntityChange {
  readonly recordId: string;
  readonly revision: number;
  readonly entityId: string;
  readonly epoch: number;
  readonly version: number;
  readonly title: string;
}

export interface AppliedRecord {
  readonly recordId: string;
  readonly entityId: string;
  readonly revision: number;
}

export interface PageOutcome {
  readonly changes: readonly PlannedChange[];
  /** Every record that is now applied, changed or not. */
  readonly applied: readonly AppliedRecord[];
  readonly rejected: readonly RejectedRecord[];
  readonly counts: Readonly<Record<EntityVerb | 'unchanged' | 'stale' | 'rejected', number>>;
}

/** A restore of a backup raises it. */
const firstEpoch = 0;

/** Reads each record by itself; one that cannot be read harms no other. */
export function readPage(
  records: readonly ChangedRecord[],
  normalizer: Normalizer,
  context: NormalizationContext,
): ReadPage {
  const readable: ReadRecord[] = [];
  const rejected: RejectedRecord[] = [];
  for (const { recordId, revision, deleted, body } of records) {
    try {
      readable.push({ recordId, revision, deleted, draft: normalizer.normalize(body, context) });
    } catch (error) {
      if (deleted) readable.push({ recordId, revision, deleted, draft: null });
      else rejected.push(rejection(recordId, revision, error));
    }
  }
  return { readable, rejected };
}

/** Every mention of another record in the page. */
export function mentionsOf(page: ReadPage): RecordReference[] {
  return page.readable.flatMap(({ draft }) => (draft === null ? [] : referencesOf(draft)));
}

/** Decides what becomes of each record: the newest copy of a record wins, whatever came before it is stale. */
export function decidePage(page: ReadPage, normalizer: Normalizer, knowledge: Knowledge): PageOutcome {
  const newest = newestCopies(page.readable, knowledge);
  const rejected = page.rejected.filter(
    ({ recordId, revision }) => revision > revisionBefore(recordId, newest, knowledge),
  );
  const changes: PlannedChange[] = [];
  const applied: AppliedRecord[] = [];
  const counts = { created: 0, updated: 0, deleted: 0, unchanged: 0 };
  for (const record of newest.values()) {
    const { recordId, revision } = record;
    const entityId = knowledge.link(recordId)?.entityId;
    if (entityId === undefined) throw new Error(`No entity id was reserved for record ${recordId}.`);
    try {
      const change = decideRecord(record, entityId, normalizer, knowledge);
      if (change !== null) changes.push(change);
      counts[change?.verb ?? 'unchanged'] += 1;
      applied.push({ recordId, entityId, revision });
    } catch (error) {
      rejected.push(rejection(recordId, revision, error));
    }
  }
  const stale = page.readable.length + page.rejected.length - applied.length - rejected.length;
  return { changes, applied, rejected, counts: { ...counts, stale, rejected: rejected.length } };
}

/** Of each record that is newer than what was applied, its newest copy. */
function newestCopies(records: readonly ReadRecord[], knowledge: Knowledge): ReadonlyMap<string, ReadRecord> {
  const newest = new Map<string, ReadRecord>();
  for (const record of records) {
    if (record.revision > revisionBefore(record.recordId, newest, knowledge)) newest.set(record.recordId, record);
  }
  return newest;
}

function revisionBefore(recordId: string, newest: ReadonlyMap<string, ReadRecord>, knowledge: Knowledge): number {
  return newest.get(recordId)?.revision ?? knowledge.link(recordId)?.revision ?? 0;
}

function decideRecord(
  record: ReadRecord,
  entityId: string,
  normalizer: Normalizer,
  knowledge: Knowledge,
): PlannedChange | null {
  const known = knowledge.entity(entityId) ?? null;
  const state = record.draft && settle(record.draft, known?.state ?? null, (mention) => knowledge.idOf(mention));
  const change = record.deleted || state === null ? observeDeletion(known, state) : observe(known, state);
  if (change === null) return null;
  // A normalizer that breaks the entity's contract sets one record aside instead of poisoning every subscriber.
  if (change.state === state) entitySchemas[normalizer.entityType].parse(state);
  return {
    ...change,
    recordId: record.recordId,
    revision: record.revision,
    entityId,
    epoch: known?.epoch ?? firstEpoch,
    version: (known?.version ?? 0) + 1,
    title: normalizer.title(change.state),
  };
}

function rejection(recordId: string, revision: number, error: unknown): RejectedRecord {
  if (error instanceof z.ZodError) {
    const reason = error.issues.map(({ path, message }) => `${path.join('.') || 'record'}: ${message}`).join('; ');
    return { recordId, revision, code: 'mapping.record_malformed', reason: reason.slice(0, 1000) };
  }
  if (isAppError(error)) return { recordId, revision, code: error.code, reason: error.message };
  return { recordId, revision, code: 'mapping.record_unreadable', reason: messageOf(error) };
}
