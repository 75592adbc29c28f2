import type { Author, StoredContact, StoredNote, StoredOpportunity, StoredTask } from './data/records.js';

interface ChangeOf<Kind extends string, Stored> {
  readonly of: Kind;
  readonly before: Stored | null;
  readonly after: Stored | null;
  readonly locationId: string;
  readonly author: Author;
}

/** One change of one record, by whom: what search index and webhooks live on. */
export type Change =
  | ChangeOf<'contact', StoredContact>
  | ChangeOf<'opportunity', StoredOpportunity>
  | ChangeOf<'note', StoredNote>
  | ChangeOf<'task', StoredTask>;

export type ChangeListener = (change: Change) => void;
