import type { ClioRecord } from '@firmbridge/clio-api';
import type { EntityState } from '@firmbridge/contracts';
import type { NormalizationContext } from '../context.js';
import { Hidden } from '../hidden.js';
import { e164 } from '../phone-numbers.js';
import { ref, refById, refs } from '../references.js';
import { day, kebab, oneOf, text } from '../texts.js';
import { customFields } from './custom-fields.js';
import { defineNormalizer } from './normalizer.js';

type ContactRecord = ClioRecord<'contacts'>;

const fullName = (record: { name?: string | null; first_name?: string | null; last_name?: string | null }) =>
  text(record.name) ??
  [record.first_name, record.last_name]
    .map(text)
    .filter((part) => part !== null)
    .join(' ');

export const accountNormalizer = defineNormalizer('who_am_i', {
  version: 1,
  notes: ['One record: the person who connected the account. What that person may not see is not read.'],
  title: (account) => account.name,
  normalize: (record) => {
    const firmName = text(record.account?.name);
    return { name: firmName ?? fullName(record), firmName, user: refById('users', record.id) };
  },
});

export const userNormalizer = defineNormalizer('users', {
  version: 1,
  title: (user) => user.name,
  normalize: (record) => ({
    name: fullName(record),
    firstName: text(record.first_name),
    lastName: text(record.last_name),
    email: text(record.email),
    phone: text(record.phone_number),
    enabled: record.enabled ?? false,
    accountOwner: record.account_owner ?? false,
    subscription: kebab(record.subscription_type),
    roles: (record.roles ?? []).flatMap((role) => text(role) ?? []).toSorted(),
    timeZone: text(record.time_zone),
  }),
});

export const groupNormalizer = defineNormalizer('groups', {
  version: 1,
  title: (group) => group.name,
  normalize: (record) => ({
    name: text(record.name) ?? '',
    kind: kebab(record.type),
    members: refs('users', record.users),
  }),
});

const contactKinds = ['person', 'company'] as const;

export const contactNormalizer = defineNormalizer('contacts', {
  version: 1,
  notes: [
    'Phone numbers are free text at Clio: `e164` is there where the number could be understood, by the country of the region.',
    'A contact without the list of addresses keeps its primary e-mail and phone.',
  ],
  title: (contact) => contact.name,
  normalize: (record, context) => ({
    kind: text(record.type) === null ? new Hidden('person') : oneOf('contact type', kebab(record.type), contactKinds),
    name: fullName(record),
    firstName: text(record.first_name),
    middleName: text(record.middle_name),
    lastName: text(record.last_name),
    prefix: text(record.prefix),
    title: text(record.title),
    dateOfBirth: day(record.date_of_birth),
    isClient: record.is_client ?? false,
    company: ref('contacts', record.company),
    companyName: record.company?.redacted === true ? new Hidden(null) : text(record.company?.name),
    emails: emailsOf(record),
    phones: phonesOf(record, context),
    addresses: addressesOf(record),
    customFields: customFields(record.custom_field_values),
  }),
});

function emailsOf(record: ContactRecord): EntityState<'contact'>['emails'] {
  const emails = (record.email_addresses ?? []).flatMap((email) => {
    const address = text(email.address);
    return address === null
      ? []
      : [{ address: address.trim(), label: text(email.name), primary: email.primary ?? false }];
  });
  const primary = text(record.primary_email_address);
  return emails.length > 0 || primary === null ? emails : [{ address: primary.trim(), label: null, primary: true }];
}

function phonesOf(record: ContactRecord, context: NormalizationContext): EntityState<'contact'>['phones'] {
  const phones = (record.phone_numbers ?? []).flatMap((phone) => {
    const number = text(phone.number);
    return number === null ? [] : [{ number, label: text(phone.name), primary: phone.primary ?? false }];
  });
  const primary = text(record.primary_phone_number);
  const written = phones.length > 0 || primary === null ? phones : [{ number: primary, label: null, primary: true }];
  return written.map((phone) => ({ ...phone, e164: e164(phone.number, context.country) }));
}

function addressesOf(record: ContactRecord): EntityState<'contact'>['addresses'] {
  return (record.addresses ?? []).map((address) => ({
    label: text(address.name),
    street: text(address.street),
    city: text(address.city),
    province: text(address.province),
    postalCode: text(address.postal_code),
    country: text(address.country),
    primary: address.primary ?? false,
  }));
}
