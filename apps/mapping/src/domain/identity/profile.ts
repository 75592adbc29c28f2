import type { EntityState } from '@firmbridge/contracts';
import { bareMailbox, mailbox } from './mailboxes.js';
import { companyWords, givenForms, personName, soundex, words, type PersonName } from './names.js';

type Contact = EntityState<'contact'>;

/** What tells one contact from another, as it is compared. */
export interface Profile extends PersonName {
  readonly kind: Contact['kind'];
  readonly dateOfBirth: string | null;
  /** The company it is, or the one it belongs to. */
  readonly company: string | null;
  readonly emails: readonly string[];
  /** E.164. */
  readonly phones: readonly string[];
  readonly addresses: readonly { readonly house: string | null; readonly postalCode: string | null }[];
}

const nobody: PersonName = { given: null, surname: null, suffix: null };

export function profileOf(contact: Contact): Profile {
  const isPerson = contact.kind === 'person';
  return {
    kind: contact.kind,
    ...(isPerson ? personName(contact) : nobody),
    dateOfBirth: contact.dateOfBirth,
    company: companyWords(isPerson ? (contact.companyName ?? null) : contact.name) || null,
    emails: distinct(contact.emails.map(({ address }) => mailbox(address))),
    phones: distinct(contact.phones.map(({ e164 }) => e164)),
    addresses: contact.addresses.map(({ street, postalCode }) => ({
      house: houseOf(street),
      postalCode: words(postalCode).join('').slice(0, 5) || null,
    })),
  };
}

const streetWords: Readonly<Record<string, string>> = {
  street: 'st',
  avenue: 'ave',
  av: 'ave',
  road: 'rd',
  drive: 'dr',
  lane: 'ln',
  court: 'ct',
  boulevard: 'blvd',
  place: 'pl',
  suite: 'ste',
  apartment: 'apt',
};

function houseOf(street: string | null): string | null {
  return (
    words(street)
      .map((word) => streetWords[word] ?? word)
      .join(' ') || null
  );
}

function distinct(values: readonly (string | null)[]): string[] {
  return [...new Set(values.filter((value) => value !== null))];
}

/**
 * Under which keys a contact is looked up: who shares none of them is no candidate. Persons and companies have keys of their
 * own, so they never meet.
 */
export function blockingKeys(profile: Profile): string[] {
  const { emails, phones, dateOfBirth, addresses } = profile;
  const keys = [
    ...emails.map((email) => `email:${bareMailbox(email)}`),
    ...phones.map((phone) => `phone:${phone}`),
    ...(dateOfBirth === null ? [] : [`born:${dateOfBirth}`]),
    ...addresses.flatMap(({ house, postalCode }) => (house && postalCode ? [`place:${postalCode}/${house}`] : [])),
    ...nameKeys(profile),
  ];
  return [...new Set(keys)].slice(0, mostKeys).map((key) => `${profile.kind}/${key}`.slice(0, longestKey));
}

const mostKeys = 24;
const longestKey = 200;

/** By sound and in no order: slips, nicknames and swapped names are found too. */
function nameKeys({ kind, given, surname, company }: Profile): string[] {
  if (kind === 'company')
    return company === null ? [] : [`name:${company.split(' ').map(soundex).toSorted().join('+')}`];
  if (given === null || surname === null) return [];
  const sounds = (form: string) => [soundex(form), soundex(surname)].toSorted().join('+');
  return [given, ...givenForms(given)].map((form) => `name:${sounds(form)}`);
}
