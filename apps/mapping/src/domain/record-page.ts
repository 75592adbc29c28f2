import { z } from 'zod';
import { entitySchemas, isAppError, messageOf, type ChangedRecord } from '@firmbridge/contracts';
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
  /** Its state is another account's to give: a record beside it only belongs to it. */
  isLedElsewhere(entityId: string): boolean;
  idOf(reference: RecordReference): string;
  /** The records come once more because their normalizer may have changed. */
  readonly isRenormalizing: boolean;
}

export interface PlannedChange extends EntityChange {
  readonly recordId: string;
  readonly revision: number;
  readonly entityId: string;
  readonly epoch: number;
  readonly version: number;
  readonly title: string;
}

/** An entity that its newer normalizer would make as it is. */
export interface ConfirmedEntity {
  readonly entityId: string;
  /** null where the last known state stays, whatever it looks like. */
  readonly title: string | null;
}

export interface AppliedRecord {
  readonly recordId: string;
  readonly entityId: string;
  readonly revision: number;
}

export interface PageOutcome {
  readonly changes: readonly PlannedChange[];
  readonly confirmed: readonly ConfirmedEntity[];
  /** Every record that is now applied, changed or not. */
  readonly applied: readonly AppliedRecord[];
  readonly rejected: readonly RejectedRecord[];
  readonly counts: Readonly<Record<'created' | 'updated' | 'deleted' | 'unchanged' | 'stale' | 'rejected', number>>;
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
  const stale = (recordId: string) => staleRevision(recordId, normalizer, knowledge);
  const newest = newestCopies(page.readable, stale);
  const rejected = page.rejected.filter(
    ({ recordId, revision }) => revision > (newest.get(recordId)?.revision ?? stale(recordId)),
  );
  const changes: PlannedChange[] = [];
  const confirmed: ConfirmedEntity[] = [];
  const applied: AppliedRecord[] = [];
  const counts = { created: 0, updated: 0, deleted: 0, unchanged: 0 };
  for (const record of newest.values()) {
    const { recordId, revision } = record;
    const entityId = knowledge.link(recordId)?.entityId;
    if (entityId === undefined) throw new Error(`No entity id was reserved for record ${recordId}.`);
    try {
      if (knowledge.isLedElsewhere(entityId)) {
        counts.unchanged += 1;
        applied.push({ recordId, entityId, revision });
        continue;
      }
      const change = decideRecord(record, entityId, normalizer, knowledge);
      if (change !== null) changes.push(change);
      else confirmed.push(...confirmation(knowledge.entity(entityId), normalizer));
      counts[change?.verb ?? 'unchanged'] += 1;
      applied.push({ recordId, entityId, revision });
    } catch (error) {
      rejected.push(rejection(recordId, revision, error));
    }
  }
  const discarded = page.readable.length + page.rejected.length - applied.length - rejected.length;
  return {
    changes,
    confirmed,
    applied,
    rejected,
    counts: { ...counts, stale: discarded, rejected: rejected.length },
  };
}

/**
 * Copies of a record up to this revision are stale. The one that was applied last counts once more when the record is
 * normalized again and its entity is the work of an older normalizer.
 */
function staleRevision(recordId: string, { version }: Normalizer, knowledge: Knowledge): number {
  const link = knowledge.link(recordId);
  if (link === undefined) return 0;
  const entity = knowledge.entity(link.entityId);
  const isOutdated = entity !== undefined && entity.normalizerVersion < version;
  return knowledge.isRenormalizing && isOutdated ? link.revision - 1 : link.revision;
}

/** Of each record that is newer than what is stale, its newest copy. */
function newestCopies(
  records: readonly ReadRecord[],
  staleRevisionOf: (recordId: string) => number,
): ReadonlyMap<string, ReadRecord> {
  const newest = new Map<string, ReadRecord>();
  for (const record of records) {
    const before = newest.get(record.recordId)?.revision ?? staleRevisionOf(record.recordId);
    if (record.revision > before) newest.set(record.recordId, record);
  }
  return newest;
}

function confirmation(entity: KnownEntity | undefined, normalizer: Normalizer): ConfirmedEntity[] {
  if (entity === undefined || entity.normalizerVersion >= normalizer.version) return [];
  return [{ entityId: entity.entityId, title: entity.deleted ? null : normalizer.title(entity.state) }];
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
