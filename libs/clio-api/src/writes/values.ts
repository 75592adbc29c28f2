import { z } from 'zod';

export const id = z.int().positive();
export const text = z.string().max(65_535);
/** `null` or an empty text empties it. */
export const clearableText = text.nullable();
export const date = z.iso.date();
export const clearableDate = date.nullable();
export const amount = z.number().min(-1e12).max(1e12);
export const flag = z.boolean();

/** Another record, by its id; there must be one. */
export const association = z.strictObject({ id });
/** `{"id": null}` says that there is none; Clio allows that for a few associations only. */
export const clearableAssociation = z.strictObject({ id: id.nullable() });

/** Clio takes at most 20 e-mail addresses, phone numbers and addresses of a contact (version 4.0.13). */
const mostRows = 20;

/** Rows of a record that does not exist yet: all of them are new. */
export function newRows<Shape extends z.ZodRawShape>(shape: Shape, most = mostRows) {
  return z.array(z.strictObject(shape)).max(most);
}

/** A row with `id` is changed, one without is added, one with `id` and `_destroy: true` is deleted; the others stay. */
export function changedRows<Shape extends z.ZodRawShape>(shape: Shape, most = mostRows) {
  return z
    .array(z.strictObject({ id: id.optional(), ...shape, _destroy: flag.optional() }).check(destroysById))
    .max(most);
}

function destroysById(context: z.core.ParsePayload<object>): void {
  const row = context.value as { id?: unknown; _destroy?: boolean };
  if (row._destroy !== true || row.id !== undefined) return;
  context.issues.push({ code: 'custom', path: ['id'], input: row, message: '_destroy needs the id of the row' });
}

/** Values travel as text, whatever the type of the field. */
const fieldValue = z.union([text, z.number(), z.boolean()]).transform(String);
const mostFields = 200;

export const newCustomFieldValues = z
  .array(z.strictObject({ custom_field: association, value: fieldValue }))
  .max(mostFields);

/**
 * Three forms: `{custom_field: {id}, value}` fills in a field that has no value yet, `{id, value}` changes the value with that
 * (composite) id, `{id, _destroy: true}` deletes it. The specification calls the id a number; Clio gives texts like `text_line-1`.
 */
export const changedCustomFieldValues = z
  .array(
    z
      .strictObject({
        id: z
          .string()
          .regex(/^[a-z_]+-\d+$/, 'must be the id of a value (text_line-1), not the id of its field')
          .optional(),
        custom_field: association.optional(),
        value: fieldValue.optional(),
        _destroy: flag.optional(),
      })
      .check(hasOneForm),
  )
  .max(mostFields);

function hasOneForm(context: z.core.ParsePayload<object>): void {
  const { id: valueId, custom_field: field, value, _destroy } = context.value as Record<string, unknown>;
  const isDestroyed = _destroy === true;
  const isKnown = valueId !== undefined && field === undefined && (value !== undefined) !== isDestroyed;
  const isNew = valueId === undefined && field !== undefined && value !== undefined && !isDestroyed;
  if (isKnown || isNew) return;
  const message = 'must be {custom_field: {id}, value}, {id, value} or {id, _destroy: true}';
  context.issues.push({ code: 'custom', path: [], input: context.value, message });
}

const fieldSet = { display_order: z.int().optional(), custom_field_set: association };
export const newFieldSets = newRows(fieldSet);
export const changedFieldSets = changedRows({ ...fieldSet, custom_field_set: association.optional() });

const kycField = { field_name: text, field_type: z.enum(['date', 'text', 'picklist']), field_value: text };
export const newKycValues = newRows(kycField, mostFields);
export const changedKycValues = z.array(z.strictObject({ id: id.optional(), ...kycField }).partial()).max(mostFields);

/** A change of nothing is a mistake of whoever asks. */
export function isNotEmpty(changes: object): boolean {
  return Object.keys(changes).length > 0;
}
export const emptyMessage = 'names nothing to change';
