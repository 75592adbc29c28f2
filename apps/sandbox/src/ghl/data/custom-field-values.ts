import type { GhlCustomFieldWrite } from '@firmbridge/ghl-api';
import { refusal } from '../http/errors.js';
import type { GhlSwitches } from '../switches.js';
import type { CustomFieldValue, FieldModel, StoredCustomField } from './records.js';
import type { GhlStore } from './store.js';

export interface CustomFieldWriting {
  readonly store: GhlStore;
  readonly switches: GhlSwitches;
  readonly locationId: string;
  readonly model: FieldModel;
}

/**
 * Values after a write (section 3.3). A field is named by id or by key, with or without its model; null and empty clear it.
 * Whether unnamed fields stay is a switch.
 */
export function writtenCustomFields(
  current: readonly CustomFieldValue[],
  writes: readonly GhlCustomFieldWrite[],
  writing: CustomFieldWriting,
): CustomFieldValue[] {
  const definitions = writing.store.customFields.where(
    (field) => field.locationId === writing.locationId && field.model === writing.model,
  );
  const kept = writing.switches.putCustomFields === 'merge' ? current : [];
  const values = new Map(kept.map(({ id, value }) => [id, value]));
  for (const write of writes) {
    const field = definitions.find((definition) => isNamedBy(definition, write));
    if (field) setValue(values, field, write.fieldValue ?? write.field_value);
    else if (writing.switches.unknownCustomField === 'refused') {
      throw refusal(400, `Custom field ${write.id ?? write.key} does not exist.`);
    }
  }
  return [...values].map(([id, value]) => ({ id, value }));
}

function isNamedBy(field: StoredCustomField, write: GhlCustomFieldWrite): boolean {
  if (write.id !== undefined) return field.id === write.id;
  return field.fieldKey === write.key || field.fieldKey === `${field.model}.${write.key}`;
}

function setValue(values: Map<string, unknown>, field: StoredCustomField, value: unknown): void {
  const isEmpty = value === undefined || value === null || value === '' || (Array.isArray(value) && value.length === 0);
  if (isEmpty) values.delete(field.id);
  else values.set(field.id, typed(field, value));
}

function typed(field: StoredCustomField, value: unknown): unknown {
  switch (field.dataType) {
    case 'NUMERICAL':
    case 'MONETORY':
      return numeric(field, value);
    case 'CHECKBOX':
    case 'MULTIPLE_OPTIONS':
      return (Array.isArray(value) ? value : [value]).map(String);
    case 'FILE_UPLOAD':
    case 'TEXTBOX_LIST':
      return value;
    default:
      return typeof value === 'string' ? value : String(value);
  }
}

function numeric(field: StoredCustomField, value: unknown): number {
  const number = Number(value);
  if (Number.isFinite(number)) return number;
  throw refusal(400, `Invalid value for custom field ${field.id}.`);
}
