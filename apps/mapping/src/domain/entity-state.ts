import { createHash } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import type { FieldChange } from '@firmbridge/contracts';
import { Hidden } from './hidden.js';
import { RecordReference } from './references.js';

/** The state of an entity of any type: JSON, one level of fields. */
export type State = Readonly<Record<string, unknown>>;
export type Draft = Readonly<Record<string, unknown>>;

/** Every mention of another record in a draft; mentions stand in fields or in lists, never deeper. */
export function referencesOf(draft: Draft): RecordReference[] {
  return Object.values(draft).flatMap((value) => {
    const candidates: unknown[] = Array.isArray(value) ? value : [value];
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
  return Array.isArray(value) ? value.map((item) => settleField(item, undefined, idOf)) : value;
}

/** The same for equal states, whatever the order of their keys: PostgreSQL gives jsonb back in an order of its own. */
export function contentHash(state: State): string {
  return createHash('sha256').update(canonicalText(state)).digest('base64');
}

function canonicalText(value: unknown): string {
  if (value === null || typeof value !== 'object') return JSON.stringify(value) ?? 'null';
  if (Array.isArray(value)) return `[${value.map(canonicalText).join(',')}]`;
  const fields = value as State;
  return `{${Object.keys(fields)
    .sort()
    .map((key) => `"${key}":${canonicalText(fields[key])}`)
    .join(',')}}`;
}

export function fieldChanges(before: State, after: State): FieldChange[] {
  const fields = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...fields]
    .filter((field) => !isDeepStrictEqual(before[field] ?? null, after[field] ?? null))
    .map((field) => ({ field, before: before[field] ?? null, after: after[field] ?? null }));
}
