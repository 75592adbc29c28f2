import { hash } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import type { FieldChange } from '@firmbridge/contracts';
import { Hidden } from './hidden.js';
import { RecordReference } from './references.js';

/** The state of an entity of any type: JSON, one level of fields. */
export type State = Readonly<Record<string, unknown>>;
export type Draft = Readonly<Record<string, unknown>>;

/** Every mention of another record in a draft; mentions stand in fields, in lists or in the rows of a list, never deeper. */
export function referencesOf(draft: Draft): RecordReference[] {
  return Object.values(draft).flatMap((value) => {
    const candidates: unknown[] = Array.isArray(value)
      ? value.flatMap((item) => (isRow(item) ? Object.values(item) : item))
      : [value];
    return candidates.filter((candidate) => candidate instanceof RecordReference);
  });
}

/** The draft with entity ids for its mentions, and with what was known before for the fields that are hidden now. */
export function settle(draft: Draft, known: State | null, idOf: (reference: RecordReference) => string): State {
  const settled: Record<string, unknown> = {};
  for (const [field, value] of Object.entries(draft)) settled[field] = settleField(value, known?.[field], idOf);
  return settled;
}

function settleField(value: unknown, before: unknown, idOf: (reference: RecordReference) => string): unknown {
  if (value instanceof Hidden) return before === undefined ? value.whenUnknown : before;
  if (value instanceof RecordReference) return { type: value.type, id: idOf(value) };
  return Array.isArray(value) ? value.map((item) => settleItem(item, idOf)) : value;
}

function settleItem(item: unknown, idOf: (reference: RecordReference) => string): unknown {
  return isRow(item) && referencesOf(item).length > 0 ? settle(item, null, idOf) : settleField(item, undefined, idOf);
}

function isRow(item: unknown): item is Draft {
  return typeof item === 'object' && item !== null && !(item instanceof RecordReference) && !Array.isArray(item);
}

/** Equal hashes mean equal states. The opposite is not certain: PostgreSQL gives jsonb back in an order of keys of its own. */
export function contentHash(state: State): string {
  return hash('sha256', JSON.stringify(state), 'base64');
}

/** Empty when the states are equal, whatever the order of their keys. */
export function fieldChanges(before: State, after: State): FieldChange[] {
  const fields = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...fields]
    .filter((field) => !isDeepStrictEqual(before[field] ?? null, after[field] ?? null))
    .map((field) => ({ field, before: before[field] ?? null, after: after[field] ?? null }));
}
