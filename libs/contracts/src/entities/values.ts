import { z } from 'zod';

export const moneySchema = z
  .object({ minor: z.int(), currency: z.string().regex(/^[A-Z]{3}$/) })
  .meta({ id: 'Money', description: 'Integer minor units (cents for USD) with the ISO 4217 code.' });
export type Money = z.output<typeof moneySchema>;

/** Rates, quantities and exchange rates: never a binary float. */
export const decimalSchema = z.string().regex(/^-?\d+(\.\d+)?$/);

export const isoDate = z.iso.date();
export const isoInstant = z.iso.datetime({ offset: true });

export interface EntityRef<Type extends string = string> {
  readonly type: Type;
  readonly id: string;
}

/** `bank-account` as `BankAccount`: how a schema is called in documents. */
export function pascalCase(type: string): string {
  const words = type.split('-');
  return words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join('');
}

function newRef<Type extends string>(type: Type) {
  return z.object({ type: z.literal(type), id: z.uuid() }).meta({ id: `${pascalCase(type)}Ref` });
}

const refs = new Map<string, unknown>();

/** A reference to an entity that exists or whose id is reserved: it never dangles. One schema for each type. */
export function refTo<Type extends string>(type: Type) {
  const schema = (refs.get(type) ?? newRef(type)) as ReturnType<typeof newRef<Type>>;
  refs.set(type, schema);
  return schema;
}

export const phoneSchema = z
  .object({
    number: z.string(),
    e164: z.string().nullable(),
    label: z.string().nullable(),
    primary: z.boolean(),
  })
  .meta({ id: 'Phone', description: 'A phone number as written and, where it could be understood, in E.164.' });
export const emailSchema = z
  .object({ address: z.string(), label: z.string().nullable(), primary: z.boolean() })
  .meta({ id: 'Email' });
export const addressSchema = z
  .object({
    label: z.string().nullable(),
    street: z.string().nullable(),
    city: z.string().nullable(),
    province: z.string().nullable(),
    postalCode: z.string().nullable(),
    country: z.string().nullable(),
    primary: z.boolean(),
  })
  .meta({ id: 'Address' });
export const customFieldSchema = z
  .object({ name: z.string(), type: z.string(), value: z.string().nullable() })
  .meta({ id: 'CustomField' });
