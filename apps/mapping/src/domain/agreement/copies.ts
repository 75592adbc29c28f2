import type { Draft } from '../entity-state.js';
import type { EntityState } from '@firmbridge/contracts';
import { Hidden } from '../hidden.js';
import type { Copy } from './agreement.js';
import { contactMapping, type EntityMapping, type FieldMapping, type Side } from './mappings.js';
import type { Seen } from './three-way.js';
import { isSame, type Value } from './values.js';

type Contact = EntityState<'contact'>;
type Body = Readonly<Record<string, unknown>>;
export type Values = Readonly<Record<string, Value>>;

export interface Observation {
  readonly side: Side;
  readonly draft: Draft;
  readonly body: Body;
  /** Of whoever changed it, where that is known. */
  readonly by: string | null;
  /** Where the record does not say when it was changed. */
  readonly now: Date;
}

const preferred = <Item extends { readonly primary: boolean }>(items: readonly Item[]): Item | undefined =>
  items.find(({ primary }) => primary) ?? items[0];

const readers: Readonly<Record<string, (contact: Contact) => Value>> = {
  firstName: ({ firstName }) => firstName,
  lastName: ({ lastName }) => lastName,
  dateOfBirth: ({ dateOfBirth }) => dateOfBirth,
  email: ({ emails }) => preferred(emails)?.address ?? null,
  phone: ({ phones }) => {
    const phone = preferred(phones);
    return phone?.e164 ?? phone?.number ?? null;
  },
  address: ({ addresses }) => {
    const address = preferred(addresses);
    if (address === undefined) return null;
    const { street, city, province, postalCode } = address;
    return { street, city, province, postalCode };
  },
};

/** Which field of the normalized contact each is read from. */
const sources: Readonly<Record<string, keyof Contact>> = { email: 'emails', phone: 'phones', address: 'addresses' };
const ofPersons: ReadonlySet<string> = new Set(['firstName', 'lastName', 'dateOfBirth']);

/** What a contact says in the fields that both sides have. What is hidden, and the parts of a person's name in a company, is left out. */
export function contactValues(draft: Draft): Values {
  const isCompany = draft['kind'] === 'company';
  const values = contactMapping.fields.flatMap(({ field }) => {
    const read = readers[field];
    if (read === undefined || draft[sources[field] ?? field] instanceof Hidden) return [];
    if (isCompany && ofPersons.has(field)) return [];
    return [[field, read(draft as unknown as Contact)] as const];
  });
  return Object.fromEntries(values);
}

/** The copy of a record, given what was known of it: a value that stays keeps its time. */
export function copyOf(mapping: EntityMapping, known: Copy, observation: Observation): Copy {
  const { side, draft, body, by, now } = observation;
  const values = contactValues(draft);
  const at = changedAt(body) ?? now.toISOString();
  const seen = mapping.fields.flatMap((field) => {
    const value = values[field.field];
    if (value === undefined) return [];
    const row = side === 'clio' ? rowOf(field, body) : null;
    const before = known[field.field];
    const when = before !== undefined && isSame(field.kind, before.value, value) ? before : { at, by };
    return [
      [field.field, { value, at: when.at, by: when.by, ...(row === null ? {} : { row }) } satisfies Seen] as const,
    ];
  });
  return { ...known, ...Object.fromEntries(seen) };
}

function changedAt(body: Body): string | null {
  const said = body['updated_at'] ?? body['dateUpdated'] ?? body['updatedAt'];
  const time = typeof said === 'string' || typeof said === 'number' ? new Date(said).getTime() : Number.NaN;
  return Number.isNaN(time) ? null : new Date(time).toISOString();
}

/** The row that a value was read from, chosen as its reader does. */
function rowOf({ clio }: FieldMapping, body: Body): string | null {
  if (!('rows' in clio)) return null;
  const given: unknown = body[clio.rows];
  if (!Array.isArray(given)) return null;
  const { properties } = clio;
  const isRow = (row: unknown): row is Body => typeof row === 'object' && row !== null;
  const rows = given
    .filter(isRow)
    .filter((row) => typeof properties !== 'string' || String(row[properties] ?? '').trim() !== '')
    .map((row) => ({ id: row['id'], primary: row['primary'] === true }));
  const id = preferred(rows)?.id;
  return typeof id === 'string' || typeof id === 'number' ? String(id) : null;
}
