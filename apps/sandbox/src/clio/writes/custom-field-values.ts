import { z } from 'zod';
import { invalidArgument } from '../api/refusal.js';
import type { ClioFirm } from '../clio-firm.js';
import { Ref } from '../data/collection.js';
import { customFieldValueRow } from '../records/custom-fields.js';
import type { Row } from './rows.js';

export const customFieldValuesInput = z.array(
  z.object({
    id: z.string().optional(),
    custom_field: z.object({ id: z.int() }).optional(),
    value: z.union([z.string(), z.number(), z.boolean()]).nullish(),
    _destroy: z.boolean().optional(),
  }),
);
type Input = z.output<typeof customFieldValuesInput>[number];

const firstWrittenValue = 40_000_000;

/**
 * Creates by definition, updates and deletes by the composite id of the value (clio-api section 8.3). Writing by
 * definition what already has a value is refused, as it was on a live account (section 0, item 13).
 */
export function mergeCustomFieldValues(
  firm: ClioFirm,
  parent: 'Contact' | 'Matter',
  known: readonly Row[],
  inputs: readonly Input[],
): Row[] {
  let rows = [...known];
  inputs.forEach((input, n) => {
    const field = fieldOf(firm, rows, input);
    if (firm.store.value('custom_fields', field, 'parent_type') !== parent) {
      throw invalidArgument(`custom field ${input.custom_field?.id} is not one of a ${parent}`);
    }
    const others = rows.filter((row) => !isOf(row, field));
    if (input._destroy) {
      rows = field % 2 === 0 ? [...others, customFieldValueRow(firm.firm, field, null)] : others;
      return;
    }
    const old = rows.find((row) => isOf(row, field) && row['id'] !== null);
    const value = String(input.value ?? '');
    const index = firstWrittenValue + firm.store.writes * 50 + n;
    const fresh = customFieldValueRow(firm.firm, field, { value, index });
    rows = [...others, old ? { ...fresh, id: old['id'] } : fresh];
  });
  return rows;
}

function fieldOf(firm: ClioFirm, rows: readonly Row[], input: Input): number {
  if (input.id !== undefined) {
    const field = rows.find((row) => row['id'] === input.id)?.['custom_field'];
    if (field instanceof Ref) return field.index;
    throw invalidArgument(`${input.id} is not a custom field value of this record`);
  }
  const field = firm.store.indexOf('custom_fields', input.custom_field?.id ?? -1);
  if (field === null) throw invalidArgument(`${input.custom_field?.id} is not a custom field`);
  if (rows.some((row) => isOf(row, field) && row['id'] !== null)) {
    throw invalidArgument('custom field value already exists; use its id to update it');
  }
  return field;
}

function isOf(row: Row, field: number): boolean {
  return row['custom_field'] instanceof Ref && row['custom_field'].index === field;
}
