import { AppError } from '@firmbridge/contracts';

/**
 * Blank text means the same as none: Clio gives both for an empty field. NUL and lone surrogates, which PostgreSQL refuses to
 * keep as JSON, are replaced.
 */
export function text(value: string | null | undefined): string | null {
  if (value === null || value === undefined || value.trim() === '') return null;
  return value.replace(/\p{Surrogate}/gu, '\uFFFD').replaceAll('\0', '\uFFFD');
}

/** `TimeEntry` and `time_entry` become `time-entry`. */
export function kebab(value: string | null | undefined): string | null {
  const known = text(value);
  return known === null
    ? null
    : known
        .replace(/([a-z0-9])([A-Z])/g, '$1-$2')
        .replaceAll('_', '-')
        .toLowerCase();
}

/** The calendar day of a date or timestamp, as the provider wrote it. */
export function day(value: string | null | undefined): string | null {
  const known = text(value);
  if (known === null) return null;
  const [date] = /^\d{4}-\d{2}-\d{2}/.exec(known) ?? [];
  if (date === undefined) throw new AppError('validation', 'mapping.date_unreadable', 'A date is not in ISO 8601.');
  return date;
}

/** The instant in UTC: Clio writes the offset of the account or the user, so the same instant comes in several spellings. */
export function instant(value: string | null | undefined): string | null {
  const known = text(value);
  if (known === null) return null;
  const time = Date.parse(known);
  if (Number.isNaN(time))
    throw new AppError('validation', 'mapping.instant_unreadable', 'A timestamp is not in ISO 8601.');
  return new Date(time).toISOString();
}

/** The value where it is one of those known here; a new one of the provider's sets the record aside instead of being guessed. */
export function oneOf<Known extends string>(
  field: string,
  value: string | null | undefined,
  known: readonly Known[],
): Known {
  const found = known.find((candidate) => candidate === value);
  if (found !== undefined) return found;
  throw new AppError('validation', 'mapping.value_unknown', `The ${field} "${value ?? 'null'}" is not known here.`);
}
