import type { EntityState } from '@firmbridge/contracts';
import type { GhlContact } from '@firmbridge/ghl-api';
import type { NormalizationContext } from '../context.js';
import { Hidden } from '../hidden.js';
import { e164 } from '../phone-numbers.js';
import { day, text } from '../texts.js';
import { defineGhlNormalizer } from './normalizer.js';

type Contact = EntityState<'contact'>;

/** Of what Clio knows, a GHL contact has one e-mail, one phone, one address and the name of its company. */
export const ghlContactNormalizer = defineGhlNormalizer('contacts', {
  version: 1,
  notes: [
    "While a Clio contact is linked to the entity, its state is Clio's: a change in GoHighLevel is written to Clio first.",
  ],
  title: (contact) => contact.name,
  normalize: (record, context) => {
    const names = namesOf(record);
    const companyName = text(record.companyName);
    const isCompany = names.name === null && companyName !== null;
    return {
      kind: isCompany ? ('company' as const) : ('person' as const),
      name: names.name ?? companyName ?? text(record.email) ?? text(record.phone) ?? '',
      firstName: names.firstName,
      lastName: names.lastName,
      middleName: new Hidden(null),
      prefix: new Hidden(null),
      title: new Hidden(null),
      dateOfBirth: birthday(record.dateOfBirth),
      isClient: new Hidden(false),
      company: new Hidden(null),
      companyName: isCompany ? null : companyName,
      emails: emailsOf(record),
      phones: phonesOf(record, context),
      addresses: addressesOf(record),
      customFields: new Hidden([]),
    };
  },
});

/** Search documents may have the names in small letters only. */
function namesOf(record: GhlContact) {
  const firstName = text(record.firstName) ?? text(record.firstNameLowerCase);
  const lastName = text(record.lastName) ?? text(record.lastNameLowerCase);
  const whole = [firstName, lastName].filter((part) => part !== null).join(' ');
  return { firstName, lastName, name: text(whole) ?? text(record.name) ?? text(record.contactName) };
}

function birthday(value: GhlContact['dateOfBirth']): string | null {
  return day(typeof value === 'number' ? new Date(value).toISOString() : value);
}

function emailsOf({ email }: GhlContact): Contact['emails'] {
  const address = text(email)?.trim();
  return address === undefined ? [] : [{ address, label: null, primary: true }];
}

function phonesOf({ phone }: GhlContact, { country }: NormalizationContext): Contact['phones'] {
  const number = text(phone);
  return number === null ? [] : [{ number, e164: e164(number, country), label: null, primary: true }];
}

function addressesOf(record: GhlContact): Contact['addresses'] {
  const address = {
    street: text(record.address1) ?? text(record.address),
    city: text(record.city),
    province: text(record.state),
    postalCode: text(record.postalCode),
  };
  const isBlank = Object.values(address).every((part) => part === null);
  return isBlank ? [] : [{ label: null, ...address, country: text(record.country), primary: true }];
}
