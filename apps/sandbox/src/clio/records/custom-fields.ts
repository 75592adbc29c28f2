import { type Collection, idOf, kindOf, Ref, rowKinds } from '../data/collection.js';
import { type Firm, pastStartsAt } from '../data/firm.js';
import { dateText, days, etagText } from '../data/values.js';
import { rowStamps } from './reference.js';

interface Definition {
  readonly name: string;
  readonly parent: 'Contact' | 'Matter';
  readonly type: string;
  /** Of a picklist its options, of a text what people wrote. */
  readonly options?: readonly string[];
  readonly texts?: readonly string[];
}

/** The definitions of every firm; values exist on contacts and matters only (clio-api section 8.3). */
const definitions: readonly Definition[] = [
  {
    name: 'Referral Source',
    parent: 'Contact',
    type: 'picklist',
    options: ['Web search', 'Radio', 'Former client', 'Attorney'],
  },
  { name: 'Preferred Language', parent: 'Contact', type: 'text_line', texts: ['English', 'Spanish', 'français'] },
  { name: 'Do Not Text', parent: 'Contact', type: 'checkbox' },
  { name: 'Case Value', parent: 'Matter', type: 'currency' },
  { name: 'Court', parent: 'Matter', type: 'text_line', texts: ['Superior Court', 'District Court No. 3'] },
  { name: 'Incident Date', parent: 'Matter', type: 'date' },
  { name: 'Insurance Status', parent: 'Matter', type: 'picklist', options: ['Insured', 'Uninsured', 'Disputed'] },
  { name: 'Intake Notes', parent: 'Matter', type: 'text_area' },
];

const kind = kindOf('custom_fields');
const optionsPerField = 10;
const definedMs = (_firm: Firm, index: number): number => pastStartsAt - days(300) + index * 60_000;

function optionId(firm: Firm, field: number, option: number): number {
  return idOf(firm, rowKinds.picklistOption, field * optionsPerField + option);
}

function optionRow(firm: Firm, field: number, option: number): object {
  const index = field * optionsPerField + option;
  return {
    id: optionId(firm, field, option),
    etag: etagText(firm, [rowKinds.picklistOption, index], 0),
    option: definitions[field]?.options?.[option],
    ...rowStamps(firm, definedMs(firm, field)),
  };
}

export const customFieldCollection: Collection = {
  name: 'custom_fields',
  shape: 'CustomField',
  path: '/custom_fields.json',
  count: () => definitions.length,
  createdMs: definedMs,
  fields: {
    name: (_firm, index) => definitions[index]?.name,
    parent_type: (_firm, index) => definitions[index]?.parent,
    field_type: (_firm, index) => definitions[index]?.type,
    displayed: (_firm, index) => index % 2 === 0,
    deleted: () => false,
    required: () => false,
    display_order: (_firm, index) => index + 1,
    picklist_options: (firm, index) =>
      (definitions[index]?.options ?? []).map((_, option) => optionRow(firm, index, option)),
  },
};

const valueOf: Readonly<Record<string, (firm: Firm, field: number, seed: number) => string>> = {
  picklist: (firm, field, seed) => String(optionId(firm, field, seed % (definitions[field]?.options?.length ?? 1))),
  text_line: (_firm, field, seed) => {
    const texts = definitions[field]?.texts ?? [''];
    return texts[seed % texts.length] as string;
  },
  text_area: () => 'Called after hours.\nWants a call back.',
  checkbox: (_firm, _field, seed) => String(seed % 2 === 0),
  currency: (_firm, _field, seed) => (1000 + (seed % 90_000)).toFixed(2),
  date: (_firm, _field, seed) => dateText(pastStartsAt + days(seed % 900)),
};

/**
 * The value rows of one record. A displayed field without a value is a row whose id is null; a field that is neither
 * displayed nor filled has no row.
 */
export function customFieldValueRows(firm: Firm, parent: 'Contact' | 'Matter', index: number): object[] {
  return definitions.flatMap((definition, field) => {
    if (definition.parent !== parent) return [];
    const salt = parent === 'Matter' ? 1 : 2;
    const seed = firm.hash(kind, index, salt * 100 + field);
    if (seed % 10 >= 6) return field % 2 === 0 ? [customFieldValueRow(firm, field, null)] : [];
    const value = valueOf[definition.type]?.(firm, field, seed >>> 4) ?? '';
    const valueIndex = (index * 2 + salt - 1) * definitions.length + field;
    return [customFieldValueRow(firm, field, { value, index: valueIndex })];
  });
}

/** One row as Clio shows it; the id is composite text (clio-api section 0, item 13). */
export function customFieldValueRow(
  firm: Firm,
  field: number,
  filled: { value: string; index: number } | null,
): Record<string, unknown> {
  const definition = definitions[field];
  const options = definition?.options ?? [];
  const option = options.findIndex((_, n) => String(optionId(firm, field, n)) === filled?.value);
  return {
    id: filled ? `${definition?.type}-${idOf(firm, rowKinds.customFieldValue, filled.index)}` : null,
    etag: filled ? etagText(firm, [rowKinds.customFieldValue, filled.index], 0) : null,
    field_name: definition?.name,
    field_type: definition?.type,
    field_required: false,
    field_displayed: field % 2 === 0,
    field_display_order: field + 1,
    value: filled?.value ?? null,
    soft_deleted: false,
    ...rowStamps(firm, definedMs(firm, field)),
    custom_field: new Ref('custom_fields', field),
    picklist_option: option >= 0 ? optionRow(firm, field, option) : null,
  };
}
