import type { EntityType } from '@firmbridge/contracts';
import type { FieldKind } from './values.js';

export const policies = ['clio', 'ghl', 'newest', 'longest', 'ask'] as const;
/** Who gives way when both sides changed a field since they agreed. */
export type Policy = (typeof policies)[number];

export type Side = 'clio' | 'ghl';
export const otherSide = (side: Side): Side => (side === 'clio' ? 'ghl' : 'clio');

/** Under which property a value is written; of a value with parts, where each part goes. */
type Properties = string | Readonly<Record<string, string>>;

/** Where a field is written: in the record itself, or in the preferred one of its rows. */
export type Place =
  | { readonly properties: Properties }
  | {
      readonly rows: string;
      readonly properties: Properties;
      readonly added: Readonly<Record<string, string | boolean>>;
    };

export interface FieldMapping {
  readonly field: string;
  readonly label: string;
  readonly kind: FieldKind;
  readonly policy: Policy;
  readonly clio: Place;
  readonly ghl: Place;
}

export interface EntityMapping {
  /** Raised whenever a field is added, taken away or written elsewhere. */
  readonly version: number;
  readonly resource: Readonly<Record<Side, string>>;
  readonly fields: readonly FieldMapping[];
}

/** What a new pairing begins with. Everything here is data: nothing but its names is known of a field elsewhere. */
export const contactMapping: EntityMapping = {
  version: 1,
  resource: { clio: 'contacts', ghl: 'contacts' },
  fields: [
    {
      field: 'firstName',
      label: 'First name',
      kind: 'text',
      policy: 'clio',
      clio: { properties: 'first_name' },
      ghl: { properties: 'firstName' },
    },
    {
      field: 'lastName',
      label: 'Last name',
      kind: 'text',
      policy: 'clio',
      clio: { properties: 'last_name' },
      ghl: { properties: 'lastName' },
    },
    {
      field: 'dateOfBirth',
      label: 'Date of birth',
      kind: 'date',
      policy: 'clio',
      clio: { properties: 'date_of_birth' },
      ghl: { properties: 'dateOfBirth' },
    },
    {
      field: 'email',
      label: 'E-mail',
      kind: 'email',
      policy: 'ask',
      clio: { rows: 'email_addresses', properties: 'address', added: { name: 'Work', default_email: true } },
      ghl: { properties: 'email' },
    },
    {
      field: 'phone',
      label: 'Phone',
      kind: 'phone',
      policy: 'ask',
      clio: { rows: 'phone_numbers', properties: 'number', added: { name: 'Work', default_number: true } },
      ghl: { properties: 'phone' },
    },
    {
      field: 'address',
      label: 'Address',
      kind: 'parts',
      policy: 'newest',
      clio: {
        rows: 'addresses',
        properties: { street: 'street', city: 'city', province: 'province', postalCode: 'postal_code' },
        added: { name: 'Work' },
      },
      ghl: { properties: { street: 'address1', city: 'city', province: 'state', postalCode: 'postalCode' } },
    },
  ],
};

const mappings: Partial<Readonly<Record<EntityType, EntityMapping>>> = { contact: contactMapping };

/** Whether entities of this type have a counterpart on the other side. */
export function isMapped(entityType: EntityType): boolean {
  return mappings[entityType] !== undefined;
}

export function mappingOf(entityType: EntityType): EntityMapping {
  const mapping = mappings[entityType];
  if (mapping === undefined) throw new Error(`There is no mapping of ${entityType}.`);
  return mapping;
}
