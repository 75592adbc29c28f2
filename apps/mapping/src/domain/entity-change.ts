import type { FieldChange } from '@firmbridge/contracts';
import { contentHash, fieldChanges, type State } from './entity-state.js';

/** An entity as it stands, read under its lock. */
export interface KnownEntity {
  readonly entityId: string;
  readonly epoch: number;
  readonly version: number;
  readonly state: State;
  readonly contentHash: string;
  readonly deleted: boolean;
  /** Of the normalizer that made it. */
  readonly normalizerVersion: number;
}

export interface EntityChange {
  readonly verb: 'created' | 'updated' | 'deleted';
  readonly state: State;
  readonly contentHash: string;
  readonly changes: readonly FieldChange[];
}

/**
 * What a newer copy of a record does to its entity; null when nothing. The first sight of a record and its return after a
 * deletion are creations: their changes are empty, the state says it all.
 */
export function observe(known: KnownEntity | null, state: State): EntityChange | null {
  const hash = contentHash(state);
  if (known === null || known.deleted) return { verb: 'created', state, contentHash: hash, changes: [] };
  if (known.contentHash === hash) return null;
  const changes = fieldChanges(known.state, state);
  return changes.length === 0 ? null : { verb: 'updated', state, contentHash: hash, changes };
}

/**
 * What the deletion of a record does to its entity. The last known state stays. A record that was deleted before its entity
 * was ever made still leaves a tombstone when its last copy can be read, for others may refer to it.
 */
export function observeDeletion(known: KnownEntity | null, lastCopy: State | null): EntityChange | null {
  if (known?.deleted === true) return null;
  const state = known?.state ?? lastCopy;
  if (state === null) return null;
  return { verb: 'deleted', state, contentHash: known?.contentHash ?? contentHash(state), changes: [] };
}
