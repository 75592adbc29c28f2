export interface ChangedField {
  readonly field: string;
  readonly before: unknown;
  readonly after: unknown;
}

type Body = Readonly<Record<string, unknown>>;

const bookkeeping: ReadonlySet<string> = new Set(['etag', 'updated_at']);

/** What differs between two readings of one record; only fields that both have, for readings may ask for different ones. */
export function changedFields(before: Body, after: Body): ChangedField[] {
  return Object.keys(before)
    .filter((field) => field in after && !bookkeeping.has(field))
    .filter((field) => canonical(before[field]) !== canonical(after[field]))
    .map((field) => ({ field, before: before[field], after: after[field] }));
}

/** Independent of the order of keys, which storing changes. */
function canonical(value: unknown): string {
  return JSON.stringify(value ?? null, (_key, inner: unknown) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}
