import { z } from 'zod';
import type { GhlResource } from './resources.js';
import { readCustomFieldValues } from './records/values.js';

/** A record as it is kept: the same, whichever call gave it. */
export type GhlKeptRecord = Readonly<Record<string, unknown>> & { readonly id: string };

const identified = z.looseObject({ id: z.string().min(1) });
const lowerCaseNames = z.looseObject({
  firstName: z.string().nullish(),
  lastName: z.string().nullish(),
  firstNameLowerCase: z.string().nullish(),
  lastNameLowerCase: z.string().nullish(),
});

/** The id, or null for something that cannot be a record. */
export function ghlRecordIdOf(raw: unknown): string | null {
  const parsed = identified.safeParse(raw);
  return parsed.success ? parsed.data.id : null;
}

/** Whether a search gave so little of it that only reading it by its id tells what it is: names in small letters. */
export function isThinGhlRecord(raw: unknown): boolean {
  const parsed = lowerCaseNames.safeParse(raw);
  if (!parsed.success) return false;
  const { firstName, lastName, firstNameLowerCase, lastNameLowerCase } = parsed.data;
  return !firstName && !lastName && Boolean(firstNameLowerCase ?? lastNameLowerCase);
}

/**
 * Keeps the fields of the catalogue under the names and in the forms of a reading by id, without those that are not set. Throws a
 * ZodError for what is no such record.
 */
export function keepGhlRecord(resource: GhlResource, raw: unknown): GhlKeptRecord {
  const record = z.looseObject({ id: z.string() }).parse(resource.schema.parse(raw));
  const named: Record<string, unknown> = { ...record, address1: record['address1'] ?? record['address'] };
  const kept = resource.fields.flatMap((field) => {
    const value = canonical(field, named[field]);
    return value === undefined || value === null || value === '' ? [] : [[field, value] as const];
  });
  return { ...Object.fromEntries(kept), id: record.id };
}

const instantFields = new Set([
  'dateAdded',
  'dateUpdated',
  'dateOfBirth',
  'createdAt',
  'updatedAt',
  'lastStatusChangeAt',
  'lastStageChangeAt',
]);
const entries = z.array(z.looseObject({ id: z.string() }));
const addresses = z.array(z.union([z.string(), z.looseObject({ email: z.string().nullish() })]));

function canonical(field: string, value: unknown): unknown {
  if (value === undefined || value === null) return value;
  if (field === 'customFields') return readCustomFieldValues(entries.parse(value));
  if (field === 'additionalEmails') {
    return addresses.parse(value).flatMap((one) => (typeof one === 'string' ? one : (one.email ?? [])));
  }
  // Some search documents carry epoch milliseconds.
  return instantFields.has(field) && typeof value === 'number' ? new Date(value).toISOString() : value;
}

/** When it was changed last, where it says so. */
export function ghlUpdatedAtOf({ updatedAtField }: GhlResource, record: GhlKeptRecord): Date | null {
  const value = updatedAtField === null ? undefined : record[updatedAtField];
  const time = typeof value === 'string' ? Date.parse(value) : NaN;
  return Number.isNaN(time) ? null : new Date(time);
}
