import { type CollectionName, Ref } from '../data/collection.js';
import type { FirmStore } from '../data/store.js';
import type { Plan, PlannedField } from './fields.js';

export type Rendered = Record<string, unknown>;

/** One record as the plan asks for it. */
export function renderRecord(store: FirmStore, place: { name: CollectionName; index: number }, plan: Plan): Rendered {
  const rendered: Rendered = {};
  for (const field of plan) {
    rendered[field.name] = renderField(store, field, store.value(place.name, place.index, field.name));
  }
  return rendered;
}

export function renderField(store: FirmStore, field: PlannedField, value: unknown): unknown {
  if (field.nested === null) return value;
  if (!field.isList) return renderAssociation(store, field.nested, value);
  if (!Array.isArray(value)) return value ?? [];
  const nested = field.nested;
  return value.map((one) => renderAssociation(store, nested, one)).filter((one) => one !== null);
}

/** Another record, a row that exists only inside its record, or whatever was written there to be wrong on purpose. */
function renderAssociation(store: FirmStore, plan: Plan, value: unknown): unknown {
  if (value instanceof Ref) return renderMention(store, plan, value);
  if (typeof value !== 'object' || value === null) return value ?? null;
  return renderRow(store, plan, value as Rendered);
}

/** A row that is not a record of its own: its values are at hand. */
export function renderRow(store: FirmStore, plan: Plan, row: Readonly<Rendered>): Rendered {
  const rendered: Rendered = {};
  for (const field of plan) rendered[field.name] = renderField(store, field, row[field.name] ?? null);
  return rendered;
}

/** What the user may not see comes as nulls with `redacted: true` (clio-api section 2, redaction). */
function renderMention(store: FirmStore, plan: Plan, { collection, index }: Ref): Rendered | null {
  if (!store.exists(collection, index)) return null;
  if (!store.isHidden(collection, index)) return renderRecord(store, { name: collection, index }, plan);
  return { ...Object.fromEntries(plan.map(({ name }) => [name, null])), redacted: true };
}
