import type { Firm } from './firm.js';

export const collectionNames = [
  'activities',
  'activity_descriptions',
  'allocations',
  'bank_accounts',
  'bank_transactions',
  'bill_line_items',
  'bills',
  'contacts',
  'credit_memos',
  'currencies',
  'custom_fields',
  'expense_categories',
  'groups',
  'interest_charges',
  'matter_stages',
  'matters',
  'payments',
  'practice_areas',
  'trust_line_items',
  'users',
] as const;
export type CollectionName = (typeof collectionNames)[number];

/** One number for each kind of record: where its ids start and what its randomness is salted with. */
export function kindOf(name: CollectionName): number {
  return collectionNames.indexOf(name);
}

/** Another record, named by its place. */
export class Ref {
  constructor(
    readonly collection: CollectionName,
    readonly index: number,
  ) {}
}

export type FieldOf = (firm: Firm, index: number) => unknown;
export type FieldTable = Readonly<Record<string, FieldOf>>;

/** All records of one kind as functions of their index: nothing is kept, so any size costs the same memory. */
export interface Collection {
  readonly name: CollectionName;
  /** Name of the schema in Clio's specification. */
  readonly shape: string;
  /** Relative to /api/v4. */
  readonly path: string;
  count(firm: Firm): number;
  createdMs(firm: Firm, index: number): number;
  /** Legal fields that are missing here are null, or empty where the specification says list. */
  readonly fields: FieldTable;
  readonly webhookModel?: string;
  readonly hasEtag?: false;
}

/** Ids lie beyond 2^31, as in live accounts (clio-api section 0, item 17), and no two firms of a region share one. */
const firstId = 2_400_000_000;
const idsPerKind = 50_000_000;
const idsPerFirm = 2_000_000_000;

export function idOf(firm: Firm, kind: number, index: number): number {
  return firstId + (firm.facts.number - 1) * idsPerFirm + kind * idsPerKind + index;
}

export function indexOfId(firm: Firm, kind: number, id: number): number | null {
  const index = id - idOf(firm, kind, 0);
  return Number.isInteger(index) && index >= 0 && index < idsPerKind ? index : null;
}

/** Kinds of rows inside records (e-mails, phones ...): they have ids of their own but no list. */
export const rowKinds = {
  email: 20,
  phone: 21,
  address: 22,
  customFieldValue: 23,
  picklistOption: 24,
  task: 25,
  recordedPayment: 26,
  account: 27,
  webhook: 28,
} as const;
