import { z } from 'zod';
import * as v from './values.js';

const place = ['Work', 'Home', 'Other'] as const;
const email = { name: z.enum(place).optional(), address: v.text.optional(), default_email: v.flag.optional() };
const phone = {
  name: z.enum(['Work', 'Home', 'Mobile', 'Fax', 'Pager', 'Skype', 'Other']).optional(),
  number: v.text.optional(),
  default_number: v.flag.optional(),
};
const address = {
  name: z.enum(['Work', 'Home', 'Billing', 'Other']).optional(),
  street: v.text.optional(),
  city: v.text.optional(),
  province: v.text.optional(),
  postal_code: v.text.optional(),
  country: v.text.optional(),
};
const site = {
  name: z.enum(['Work', 'Personal', 'Twitter', 'Facebook', 'LinkedIn', 'Instant Messenger', 'Other']).optional(),
  address: v.text.optional(),
  default_web_site: v.flag.optional(),
};
const messenger = { name: z.enum(['Work', 'Personal', 'Other']).optional(), address: v.text.optional() };

const plain = {
  type: z.enum(['Person', 'Company']),
  name: v.text.min(1).describe('Of a company; the name of a person is made of its parts.'),
  first_name: v.clearableText,
  middle_name: v.clearableText,
  last_name: v.clearableText,
  prefix: v.clearableText,
  title: v.clearableText,
  date_of_birth: v.clearableDate,
  company: v.association,
  clio_connect_email: v.clearableText,
  co_counsel_rate: z.strictObject({ rate: v.amount.optional() }),
  currency: v.association,
  avatar: z
    .strictObject({ image: v.text.max(5_000_000).optional(), _destroy: v.flag.optional() })
    .describe('The image in base64.'),
  ledes_client_id: v.clearableText,
  sales_tax_number: v.clearableText,
};

/** Everything that POST /contacts.json takes. The specification always wants `name`; its own text prefers the parts for a person. */
export const contactCreate = z
  .strictObject({
    ...plain,
    email_addresses: v.newRows(email),
    phone_numbers: v.newRows(phone),
    addresses: v.newRows(address),
    web_sites: v.newRows(site),
    instant_messengers: v.newRows(messenger),
    custom_field_values: v.newCustomFieldValues,
    custom_field_set_associations: v.newFieldSets,
    kyc_field_values: v.newKycValues,
  })
  .partial()
  .required({ type: true })
  .refine(hasName, { path: ['name'], error: 'is needed, or first_name or last_name of a person' })
  .meta({
    id: 'ClioContactCreate',
    description:
      'A new contact, in the words of Clio. Clio keeps no e-mail address unique: look for the contact first.',
    example: {
      type: 'Person',
      first_name: 'Marisol',
      last_name: 'Tenbrook',
      email_addresses: [{ name: 'Work', address: 'm.tenbrook@fernhill-pottery.example', default_email: true }],
    },
  });

function hasName({ type, name, first_name: first, last_name: last }: Record<string, unknown>): boolean {
  return Boolean(name) || (type === 'Person' && (Boolean(first) || Boolean(last)));
}

/** Everything that PATCH /contacts/{id}.json takes. */
export const contactUpdate = z
  .strictObject({
    ...plain,
    email_addresses: v.changedRows(email),
    phone_numbers: v.changedRows(phone),
    addresses: v.changedRows(address),
    web_sites: v.changedRows(site),
    instant_messengers: v.changedRows(messenger),
    custom_field_values: v.changedCustomFieldValues,
    custom_field_set_associations: v.changedFieldSets,
    kyc_field_values: v.changedKycValues,
  })
  .partial()
  .refine(v.isNotEmpty, v.emptyMessage)
  .meta({
    id: 'ClioContactUpdate',
    description: 'What to change of a contact, in the words of Clio. A row without its id is added to the others.',
    example: { email_addresses: [{ id: 902, address: 'marisol@fernhill-pottery.example' }], title: 'Owner' },
  });
