import { z } from 'zod';

/** Clio ids exceed 2^31 and fit a double; a numeric string is accepted, `recordIdOf` gives one form. */
export const clioIdSchema = z.union([z.int().positive(), z.string().regex(/^\d+$/)]);

export const text = z.string().nullish();
export const flag = z.boolean().nullish();
export const decimal = z.number().nullish();
export const whole = z.int().nullish();
/** YYYY-MM-DD. */
export const date = z.iso.date().nullish();
/** ISO 8601 with the account's offset, not always Z. */
export const instant = z.iso.datetime({ offset: true }).nullish();

/** What every record carries; created_at and updated_at where the resource has them. */
export const stamps = { etag: text, created_at: instant, updated_at: instant };

/** Another record, mentioned. `redacted: true` means that it is hidden from the user, not that it is absent. */
export function mention<Shape extends z.ZodRawShape>(shape: Shape) {
  return z.looseObject({ id: clioIdSchema.nullish(), redacted: flag, ...shape }).nullish();
}

export function list<Shape extends z.ZodRawShape>(shape: Shape) {
  return z.array(z.looseObject({ id: clioIdSchema.nullish(), redacted: flag, ...shape })).nullish();
}

export const named = mention({ name: text });
export const matterMention = mention({ display_number: text });
export const billMention = mention({ number: text });
/** With the currency of the matter, because lines and charges name none of their own. */
export const matterInCurrency = { display_number: text, currency: mention({ code: text }) };
export const bankAccountMention = mention({ name: text, currency: text });
export const currencyMention = mention({ code: text });

/** A value's own id is composite text such as `text_line-1`, and null until somebody filled the field in. */
export const customFieldValues = z
  .array(
    z.looseObject({
      id: z.union([z.string(), z.int()]).nullish(),
      field_name: text,
      field_type: text,
      value: z.union([z.string(), z.number(), z.boolean()]).nullish(),
      custom_field: mention({}),
      picklist_option: mention({ option: text }),
    }),
  )
  .nullish();

export const customFieldValuesFields =
  'custom_field_values{id,field_name,field_type,value,custom_field,picklist_option}';
