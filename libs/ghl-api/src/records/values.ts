import { z } from 'zod';

/** Absent, null and empty are all "not set" in HighLevel's replies. */
export const optionalText = z.string().nullish();

/** `dateAdded` and its like: ISO text everywhere in JSON, but some search documents carry epoch milliseconds. */
export const instant = z.union([z.string(), z.number()]).nullish();

export const customFieldEntrySchema = z.looseObject({ id: z.string() });
export type GhlCustomFieldEntry = z.output<typeof customFieldEntrySchema>;

export interface GhlCustomFieldValue {
  readonly id: string;
  readonly value: unknown;
}

/**
 * The value under whichever name the endpoint gives it: contacts say `value`, opportunities `fieldValue`, opportunity
 * search a typed `fieldValueString` and its like.
 */
export function readCustomFieldValue(entry: GhlCustomFieldEntry): unknown {
  if (entry['fieldValue'] !== undefined) return entry['fieldValue'];
  if (entry['value'] !== undefined) return entry['value'];
  const typed = Object.keys(entry).find((key) => key.startsWith('fieldValue'));
  return typed === undefined ? null : entry[typed];
}

export function readCustomFieldValues(entries: readonly GhlCustomFieldEntry[] | null | undefined) {
  return (entries ?? []).map((entry): GhlCustomFieldValue => ({ id: entry.id, value: readCustomFieldValue(entry) }));
}
