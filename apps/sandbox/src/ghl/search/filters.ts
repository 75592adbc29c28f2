import { searchValueMaxLength, type GhlSearchCondition, type GhlSearchFilter } from '@firmbridge/ghl-api';
import { unprocessable } from '../http/errors.js';

export interface FieldRules {
  readonly known: readonly string[];
  readonly ranges: readonly string[];
  /** `customFields.` or `custom_fields.`: followed by a field id, never a key. */
  readonly customFieldPrefix: string;
  readonly withoutContains: readonly string[];
}

/** What a document holds under a search name; a list matches when one of its members does. */
export type FieldReader<Document> = (document: Document, field: string) => unknown;

/** True when a document passes all filters. Refuses (422) fields, operators and values that the search does not take. */
export function matchesAll<Document>(
  document: Document,
  filters: readonly GhlSearchFilter[],
  read: FieldReader<Document>,
): boolean {
  return filters.every((filter) => matches(document, filter, read));
}

export function checkFilters(filters: readonly GhlSearchFilter[], rules: FieldRules): void {
  for (const filter of filters) {
    if ('group' in filter) checkFilters(filter.filters, rules);
    else checkCondition(filter, rules);
  }
}

function checkCondition({ field, operator, value }: GhlSearchCondition, rules: FieldRules): void {
  if (!rules.known.includes(field) && !field.startsWith(rules.customFieldPrefix)) {
    throw unprocessable(`Invalid field name: ${field}`);
  }
  const isRange = operator === 'range';
  const takesRange = rules.ranges.includes(field) || field.startsWith(rules.customFieldPrefix);
  const refused = (isRange && !takesRange) || (operator.endsWith('contains') && rules.withoutContains.includes(field));
  if (refused) throw unprocessable(`Operator ${operator} is not supported for ${field}`);
  if (operator === 'exists' || operator === 'not_exists') {
    if (value !== undefined) throw unprocessable(`value should not exist for ${operator}`);
    return;
  }
  if (value === undefined) throw unprocessable(`value should not be empty for ${field}`);
  if (isRange !== isBounds(value)) throw unprocessable(`Invalid value for ${field}`);
  for (const part of isBounds(value) ? [] : [value].flat()) checkValue(field, operator, String(part));
}

function checkValue(field: string, operator: string, value: string): void {
  if (value.length > searchValueMaxLength) {
    throw unprocessable(`${field} must be shorter than or equal to ${searchValueMaxLength} characters`);
  }
  if (operator.endsWith('contains') && /[^\p{L}\p{N}\s@.+_-]/u.test(value)) {
    throw unprocessable(`Special characters are not allowed in ${operator} of ${field}`);
  }
}

function matches<Document>(document: Document, filter: GhlSearchFilter, read: FieldReader<Document>): boolean {
  if ('group' in filter) {
    const test = (inner: GhlSearchFilter) => matches(document, inner, read);
    return filter.group === 'AND' ? filter.filters.every(test) : filter.filters.some(test);
  }
  return holds(membersOf(read(document, filter.field)), filter);
}

function holds(members: readonly unknown[], { operator, value }: GhlSearchCondition): boolean {
  const wanted = isBounds(value) ? [] : [value].flat().map(comparable);
  const equal = () => members.some((member) => wanted.includes(comparable(member)));
  const containing = () => members.some((member) => wanted.some((part) => comparable(member).includes(part)));
  switch (operator) {
    case 'eq':
      return equal();
    case 'not_eq':
      return !equal();
    case 'contains':
      return containing();
    case 'not_contains':
      return !containing();
    case 'exists':
      return members.length > 0;
    case 'not_exists':
      return members.length === 0;
    case 'range':
      return isBounds(value) && members.some((member) => isWithin(member, value));
  }
}

type Bounds = Readonly<Partial<Record<'gt' | 'gte' | 'lt' | 'lte', string | number | undefined>>>;

function isBounds(value: unknown): value is Bounds {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isWithin(member: unknown, { gt, gte, lt, lte }: Bounds): boolean {
  const number = numberOf(member);
  const passes = (bound: string | number | undefined, test: (bound: number) => boolean) =>
    bound === undefined || test(numberOf(bound));
  return (
    !Number.isNaN(number) &&
    passes(gt, (bound) => number > bound) &&
    passes(gte, (bound) => number >= bound) &&
    passes(lt, (bound) => number < bound) &&
    passes(lte, (bound) => number <= bound)
  );
}

/** Numbers as they are, instants as epoch milliseconds. */
function numberOf(value: unknown): number {
  if (typeof value === 'number') return value;
  const text = String(value);
  return text.trim() !== '' && Number.isFinite(Number(text)) ? Number(text) : Date.parse(text);
}

function membersOf(value: unknown): unknown[] {
  return [value].flat().filter((member) => member !== undefined && member !== null && member !== '');
}

function comparable(value: unknown): string {
  return String(value).toLowerCase();
}
