import type { EntityType, EntityVersion, Lane, OperationProblem } from '@firmbridge/contracts';
import type { GoodRecord } from '../adapter.js';
import type { EngineConnection } from '../connections.js';

/** What was asked for in the provider's own words, by a person or by mapping; bringing an entity over has none. */
export interface WriteRequest {
  readonly resource: string;
  readonly action: 'create' | 'update';
  /** The same for the same request. */
  readonly requestHash: string;
  /** Until then somebody waits for the outcome; null where nobody does. */
  readonly answerBy: string | null;
}

export interface RequestedWrite {
  readonly operationId: string;
  readonly connectionId: string;
  readonly kind: string;
  readonly request: WriteRequest;
  readonly recordId: string | null;
  readonly payload: unknown;
}

export interface WriteSubject {
  readonly id: string;
  readonly version: EntityVersion;
}

/** A write that is this worker's until the lease ends. */
export interface ClaimedWrite {
  readonly taskId: string;
  readonly connection: EngineConnection;
  readonly kind: string;
  readonly lane: Lane;
  readonly entity: WriteSubject | null;
  readonly request: WriteRequest | null;
  readonly payload: unknown;
  /** Of the record to change; after a decision also of the one that was made. */
  readonly recordId: string | null;
  /** What the record had, as far as we knew, before the first call that may have changed it. */
  readonly knownEtag: string | null;
  /** The record to change as it is kept; null where it was never read. */
  readonly knownRecord: { readonly revision: number; readonly body: Readonly<Record<string, unknown>> } | null;
  /** An earlier attempt ended without a clear answer, or its worker died: the provider may have done it. */
  readonly mayHaveHappened: boolean;
  /** How that attempt ended, if it did. */
  readonly lastProblem: OperationProblem | null;
  /** A person has looked and says so. */
  readonly isSaidToHaveHappened: boolean;
  readonly attempts: number;
  readonly leaseToken: string;
  readonly correlationId: string;
  /** Who wanted it, as messages write it. */
  readonly actor: string;
  readonly createdAt: Date;
  /** The database's clock before the call. */
  readonly claimedAt: string;
}

export type WriteEnd =
  | {
      readonly outcome: 'succeeded';
      /** The record on the other side. */
      readonly recordId: string;
      /** As the provider gave it after the write, to be stored; null where it gave none. */
      readonly record: GoodRecord | null;
    }
  /** For certain nothing was written. The record comes along where it turned out to be another one than was known. */
  | { readonly outcome: 'refused'; readonly problem: OperationProblem; readonly record?: GoodRecord };

/** `not_done`: for certain nothing was written, so it is tried again; `unclear`: only a person can tell. */
export type Look = WriteEnd | 'not_done' | 'unclear';

/** Performs one kind of write at the provider. What it throws are AppErrors. */
export interface WriteExecutor {
  readonly resource: string;
  /** Null where the record decides what it is. */
  readonly entityType: EntityType | null;
  execute(write: ClaimedWrite, signal: AbortSignal): Promise<WriteEnd>;
  /** Absent where doing it twice is the same as doing it once: then a write that may have happened is simply done again. */
  readonly afterUnclear?: AfterUnclear;
}

export interface AfterUnclear {
  /** Whether the provider may have done what ended with this error. */
  mayHaveHappened(error: unknown): boolean;
  /** Looks at the provider before anything is repeated. */
  look(write: ClaimedWrite, signal: AbortSignal): Promise<Look>;
  /** Takes over what a person says has happened. */
  takeOver(write: ClaimedWrite, signal: AbortSignal): Promise<WriteEnd>;
}
