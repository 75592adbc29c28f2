import { z } from 'zod';
import { apiRefusal } from '../api/refusal.js';
import { rowKinds } from '../data/collection.js';
import { customFieldValuesInput, mergeCustomFieldValues } from './custom-field-values.js';
import { mergeRows, type Row, rowsInput } from './rows.js';
import {
  checkedAssociation,
  nullableIdSchema,
  parseWrite,
  type PreparedWrite,
  written,
  type WriteRequest,
} from './write-request.js';

const contactInput = z.object({
  type: z.enum(['Person', 'Company']).optional(),
  name: z.string().optional(),
  first_name: z.string().nullish(),
  middle_name: z.string().nullish(),
  last_name: z.string().nullish(),
  prefix: z.string().nullish(),
  title: z.string().nullish(),
  date_of_birth: z.iso.date().nullish(),
  sales_tax_number: z.string().nullish(),
  ledes_client_id: z.string().nullish(),
  company: nullableIdSchema.optional(),
  email_addresses: rowsInput.optional(),
  phone_numbers: rowsInput.optional(),
  addresses: rowsInput.optional(),
  custom_field_values: customFieldValuesInput.optional(),
});
type Input = z.output<typeof contactInput>;

const plainFields = ['middle_name', 'prefix', 'title', 'date_of_birth', 'sales_tax_number', 'ledes_client_id'] as const;

/** A contact to write (clio-api section 8.2). */
export function prepareContact(request: WriteRequest): PreparedWrite {
  const input = parseWrite(contactInput, request.data);
  const read = (field: string): unknown =>
    request.index === null ? null : request.firm.store.value('contacts', request.index, field);
  const type = input.type ?? read('type');
  if (type !== 'Person' && type !== 'Company') throw apiRefusal(422, 'ArgumentError', 'type is required');
  const rows = nestedRows(request, input, read);
  const values = written({
    type,
    ...naming(type, input, read),
    ...Object.fromEntries(plainFields.map((field) => [field, input[field]])),
    company: checkedAssociation(request.firm, 'contacts', input.company),
    ...rows,
    ...(request.index === null ? newContact : {}),
  });
  const isNestedOnly = Object.keys(input).every((field) => field in rows);
  return { values, touch: !isNestedOnly || request.switches.nestedChangesTouchRecord };
}

const newContact = { is_client: false, is_co_counsel: false, is_bill_recipient: false, is_clio_for_client_user: false };

/** A person's name is made of its parts; a full name is split, and one that cannot be is refused. */
function naming(type: 'Person' | 'Company', input: Input, read: (field: string) => unknown): Row {
  if (type === 'Company') {
    const name = input.name ?? read('name');
    if (typeof name !== 'string' || name.trim() === '') throw apiRefusal(422, 'ArgumentError', "Name can't be blank");
    return { name, first_name: null, last_name: null };
  }
  const parts = input.name === undefined ? [] : input.name.trim().split(/\s+/).filter(Boolean);
  const isSplit = input.first_name === undefined && input.last_name === undefined && input.name !== undefined;
  const first = isSplit
    ? (parts[0] ?? null)
    : (input.first_name ?? (input.first_name === null ? null : read('first_name')));
  const last = isSplit
    ? parts.slice(1).join(' ') || null
    : (input.last_name ?? (input.last_name === null ? null : read('last_name')));
  if (!first && !last) {
    throw apiRefusal(422, 'ArgumentError', 'At least one of first name or last name must be provided');
  }
  return { first_name: first, last_name: last, name: [first, last].filter(Boolean).join(' ') };
}

function nestedRows(request: WriteRequest, input: Input, read: (field: string) => unknown): Row {
  const { firm, now } = request;
  const known = (field: string) => (read(field) as Row[] | null) ?? [];
  const nested: Record<string, unknown> = {};
  if (input.email_addresses) {
    const merge = { firm, now, kind: rowKinds.email, primaryFlag: 'default_email' } as const;
    const rows = mergeRows(
      { ...merge, known: known('email_addresses'), shown: only('address', 'name') },
      input.email_addresses,
    );
    nested['email_addresses'] = rows;
    nested['primary_email_address'] = rows.find(({ primary }) => primary)?.['address'] ?? null;
    nested['secondary_email_address'] = rows.find(({ primary }) => !primary)?.['address'] ?? null;
  }
  if (input.phone_numbers) {
    const merge = { firm, now, kind: rowKinds.phone, primaryFlag: 'default_number' } as const;
    const rows = mergeRows(
      { ...merge, known: known('phone_numbers'), shown: only('number', 'name') },
      input.phone_numbers,
    );
    nested['phone_numbers'] = rows;
    nested['primary_phone_number'] = rows.find(({ primary }) => primary)?.['number'] ?? null;
  }
  if (input.addresses) {
    const shown = only('name', 'street', 'city', 'province', 'postal_code', 'country');
    const merge = { firm, now, kind: rowKinds.address, primaryFlag: 'primary', shown } as const;
    nested['addresses'] = mergeRows({ ...merge, known: known('addresses') }, input.addresses);
  }
  if (input.custom_field_values) {
    const rows = known('custom_field_values');
    nested['custom_field_values'] = mergeCustomFieldValues(firm, 'Contact', rows, input.custom_field_values);
  }
  return nested;
}

const only =
  (...names: string[]) =>
  (row: Row): Row =>
    Object.fromEntries(Object.entries(row).filter(([name]) => names.includes(name)));
