import { type CollectionName, Ref } from '../data/collection.js';
import type { FirmStore } from '../data/store.js';
import { badRequest, invalidArgument } from './refusal.js';

/** Whether the record at an index is kept. */
export type Predicate = (index: number) => boolean;

interface ValueRow {
  readonly value: string | null;
  readonly custom_field: unknown;
}

const ordered = new Set(['currency', 'date', 'time', 'numeric']);

/** `custom_field_values[ID]=>=105.4`; comparisons for currency, date, time and numeric only, else 400 (section 3.3). */
export function customFieldFilter(filter: {
  store: FirmStore;
  name: CollectionName;
  fieldId: number;
  values: readonly string[];
}): Predicate {
  const { store, name, fieldId, values } = filter;
  const field = store.indexOf('custom_fields', fieldId);
  if (field === null) throw invalidArgument(`${fieldId} is not a custom field`);
  const type = String(store.value('custom_fields', field, 'field_type'));
  const conditions = values.map((value) => conditionOf(type, value));
  return (index) => {
    const rows = store.value(name, index, 'custom_field_values');
    if (!Array.isArray(rows)) return false;
    const row = (rows as ValueRow[]).find(({ custom_field: of }) => of instanceof Ref && of.index === field);
    return typeof row?.value === 'string' && conditions.every((holds) => holds(row.value as string));
  };
}

function conditionOf(type: string, condition: string): (value: string) => boolean {
  const [, operator = '=', wanted = ''] = /^(>=|<=|>|<|=)?([\s\S]*)$/.exec(condition) ?? [];
  if (operator !== '=' && !ordered.has(type)) throw badRequest(`${operator} is not supported for ${type}`);
  const asNumber = type === 'currency' || type === 'numeric';
  return (value) => {
    const difference = asNumber ? Number(value) - Number(wanted) : Number(value > wanted) - Number(value < wanted);
    if (operator === '=') return difference === 0;
    return operator.startsWith('>')
      ? difference > 0 || (operator === '>=' && difference === 0)
      : difference < 0 || (operator === '<=' && difference === 0);
  };
}
