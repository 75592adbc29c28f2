import { type Collection, idOf, kindOf, Ref, rowKinds } from '../data/collection.js';
import { type Firm } from '../data/firm.js';
import { dateText, days, etagText } from '../data/values.js';
import {
  companyNames,
  companySuffixes,
  countries,
  firstNames,
  lastNames,
  mailHosts,
  type Place,
  placesByRegion,
  streets,
} from '../data/vocabulary.js';
import { customFieldValueRows } from './custom-fields.js';
import { matterCreatedMs } from './matter-facts.js';
import { currencyRef, rowStamps } from './reference.js';

const kind = kindOf('contacts');
const rowsPerContact = 4;

/** Among those without a matter each fifth is a company: opponents, carriers, vendors. */
function isCompany(firm: Firm, index: number): boolean {
  const { clients } = firm.counts;
  return index < clients ? firm.chance(15, [kind, index, 1]) : (index - clients) % 5 === 0;
}

/** A company that others work for or buy from, or null in a firm too small to know one. */
export function someCompany(firm: Firm, seed: number): Ref | null {
  const { clients, contacts } = firm.counts;
  const companies = Math.ceil((contacts - clients) / 5);
  return companies === 0 ? null : new Ref('contacts', clients + (seed % companies) * 5);
}

function lastName(firm: Firm, index: number): string {
  return firm.pick(lastNames, [kind, index, 3]);
}

function companyName(firm: Firm, index: number): string {
  const suffix = firm.pick(companySuffixes, [kind, index, 5]);
  return `${firm.pick(companyNames, [kind, index, 4])} ${suffix}`;
}

const onlyPerson =
  (read: (firm: Firm, index: number) => unknown) =>
  (firm: Firm, index: number): unknown =>
    isCompany(firm, index) ? null : read(firm, index);

function firstName(firm: Firm, index: number): string {
  return firm.pick(firstNames, [kind, index, 2]);
}

export function contactName(firm: Firm, index: number): string {
  return isCompany(firm, index) ? companyName(firm, index) : `${firstName(firm, index)} ${lastName(firm, index)}`;
}

/** What a matter's number ends with. */
export function contactSurname(firm: Firm, index: number): string {
  return isCompany(firm, index) ? (companyName(firm, index).split(' ')[0] as string) : lastName(firm, index);
}

function createdMs(firm: Firm, index: number): number {
  const matter = Math.min(index % firm.counts.clients, firm.counts.matters - 1);
  return matterCreatedMs(firm, matter) - days(index < firm.counts.clients ? 3 : 1);
}

function rowHead(firm: Firm, rowKind: number, row: number, contact: number): object {
  const index = contact * rowsPerContact + row;
  return {
    id: idOf(firm, rowKind, index),
    etag: etagText(firm, [rowKind, index], 0),
    ...rowStamps(firm, createdMs(firm, contact)),
  };
}

/** One in ten has none, one in seven has two, and each 97th shares that of the contact before (a couple, say). */
export function emailAddresses(firm: Firm, index: number): { address: string; name: string; primary: boolean }[] {
  const owner = index % 97 === 5 ? index - 1 : index;
  if (firm.chance(10, [kind, owner, 10])) return [];
  const label = contactName(firm, owner)
    .normalize('NFD')
    .replace(/[^a-zA-Z ]/g, '')
    .trim()
    .replace(/ +/g, '.');
  const host = firm.pick(mailHosts, [kind, owner, 11]);
  const first = { address: `${label}${owner}@${host}`.toLowerCase(), name: 'Work', primary: true };
  if (!firm.chance(15, [kind, owner, 12])) return [first];
  return [first, { address: `${label}.${owner}@Home.example`, name: 'Home', primary: false }];
}

/** Free text, as people type it: never E.164 on purpose (clio-api section 8.2). */
export function phoneNumbers(firm: Firm, index: number): { number: string; name: string; primary: boolean }[] {
  if (firm.chance(12, [kind, index, 20])) return [];
  const { areaCode } = firm.pick(placesByRegion[firm.facts.region], [kind, index, 30]);
  const line = `01${String(firm.hash(kind, index, 21) % 100).padStart(2, '0')}`;
  const styles = [
    `(${areaCode}) 555-${line}`,
    `${areaCode}-555-${line}`,
    `${areaCode}.555.${line}`,
    `+1 ${areaCode} 555 ${line}`,
    `${areaCode}555${line}`,
    `${areaCode} 555-${line} ext. 4`,
  ];
  const name = firm.pick(['Work', 'Personal', 'Other'] as const, [kind, index, 23]);
  return [{ number: firm.pick(styles, [kind, index, 22]), name, primary: true }];
}

function addresses(firm: Firm, index: number): object[] {
  if (firm.chance(20, [kind, index, 31])) return [];
  const place: Place = firm.pick(placesByRegion[firm.facts.region], [kind, index, 30]);
  return [
    {
      ...rowHead(firm, rowKinds.address, 0, index),
      name: isCompany(firm, index) ? 'Work' : 'Home',
      street: `${1 + (firm.hash(kind, index, 32) % 999)} ${firm.pick(streets, [kind, index, 33])}`,
      city: place.city,
      province: place.province,
      postal_code: place.postalCode,
      country: countries[firm.facts.region],
      primary: true,
    },
  ];
}

export const contactCollection: Collection = {
  name: 'contacts',
  shape: 'Contact',
  path: '/contacts.json',
  webhookModel: 'contact',
  count: (firm) => firm.counts.contacts,
  createdMs,
  fields: {
    type: (firm, index) => (isCompany(firm, index) ? 'Company' : 'Person'),
    name: contactName,
    first_name: onlyPerson(firstName),
    middle_name: onlyPerson((firm, index) => (firm.chance(20, [kind, index, 6]) ? 'J.' : null)),
    last_name: onlyPerson(lastName),
    prefix: onlyPerson((firm, index) => (firm.chance(30, [kind, index, 7]) ? 'Ms.' : null)),
    title: onlyPerson((firm, index) => (firm.chance(10, [kind, index, 8]) ? 'Owner' : null)),
    date_of_birth: onlyPerson((firm, index) =>
      firm.chance(60, [kind, index, 9])
        ? dateText(Date.UTC(1940 + (firm.hash(kind, index, 40) % 65), 0, 1) + days(firm.hash(kind, index, 41) % 365))
        : null,
    ),
    initials: (firm, index) => contactName(firm, index).slice(0, 1),
    is_client: (firm, index) => index < firm.counts.clients,
    is_clio_for_client_user: () => false,
    is_co_counsel: () => false,
    is_bill_recipient: (firm, index) => index < firm.counts.clients,
    has_clio_for_clients_permission: () => false,
    locked_clio_connect_email: () => false,
    primary_email_address: (firm, index) => emailAddresses(firm, index)[0]?.address ?? null,
    secondary_email_address: (firm, index) => emailAddresses(firm, index)[1]?.address ?? null,
    primary_phone_number: (firm, index) => phoneNumbers(firm, index)[0]?.number ?? null,
    company: onlyPerson((firm, index) =>
      firm.chance(20, [kind, index, 42]) ? someCompany(firm, firm.hash(kind, index, 43)) : null,
    ),
    currency: currencyRef,
    email_addresses: (firm, index) =>
      emailAddresses(firm, index).map((row, n) => ({ ...rowHead(firm, rowKinds.email, n, index), ...row })),
    phone_numbers: (firm, index) =>
      phoneNumbers(firm, index).map((row, n) => ({ ...rowHead(firm, rowKinds.phone, n, index), ...row })),
    addresses,
    primary_address: (firm, index) => addresses(firm, index)[0] ?? null,
    custom_field_values: (firm, index) => customFieldValueRows(firm, 'Contact', index),
  },
};
