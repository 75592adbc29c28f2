import type { EntityEvent } from './entity-event.js';

export interface InboxEntry {
  /** Whose inbox: the subscriber's queue. */
  readonly consumer: string;
  readonly event: EntityEvent;
  /** Whether versions older than what this consumer has seen of the entity are stale. */
  readonly newestOnly: boolean;
}

/** `duplicate`: handled before. `stale`: older than what is known. The work was not called for either. */
export type InboxOutcome = 'handled' | 'duplicate' | 'stale';

/** Remembers what was handled, in the same transaction as the effect. */
export interface Inbox<Tx> {
  /** Called at the start: throws an AppError when the store cannot be used as it is. */
  check?(): Promise<void>;
  /** Runs the work at most once for each event; when it throws, nothing is remembered and nothing is kept. */
  once(entry: InboxEntry, work: (tx: Tx) => Promise<void>): Promise<InboxOutcome>;
  /** Forgets what is older than the inbox keeps; called now and then. Gives the number of entries. */
  sweep?(): Promise<number>;
}

/** The transaction of an inbox; undefined where there is none. */
export type TxOf<Box> = Box extends Inbox<infer Tx> ? Tx : undefined;

/** Thrown by an inbox whose store is away: nothing can be handled then, and events wait instead of failing. */
export const inboxUnavailable = 'inbox.unavailable';

/**
 * An event that tells the current state again repeats its version on purpose: it is stale only when something newer is known.
 * Otherwise a replay could not repair anything.
 */
export function mayRepeatVersion({ cause }: EntityEvent): boolean {
  return cause === 'replay';
}
