import type { EntityState } from '@firmbridge/contracts';
import { text } from '../texts.js';

interface CustomFieldValue {
  readonly field_name?: string | null;
  readonly field_type?: string | null;
  readonly value?: string | number | boolean | null;
  readonly soft_deleted?: boolean | null;
  readonly picklist_option?: { readonly option?: string | null } | null;
}

/** The values of the fields the firm still has; of a pick list the chosen words, not their number. */
export function customFields(
  values: readonly CustomFieldValue[] | null | undefined,
): EntityState<'contact'>['customFields'] {
  return (values ?? [])
    .filter((value) => value.soft_deleted !== true && text(value.field_name) !== null)
    .map(({ field_name, field_type, picklist_option, value }) => ({
      name: text(field_name) ?? '',
      type: text(field_type) ?? 'text_line',
      value: text(picklist_option?.option) ?? (value === null || value === undefined ? null : text(String(value))),
    }));
}
