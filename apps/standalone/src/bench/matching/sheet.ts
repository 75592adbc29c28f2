import type { Dice } from './dice.js';
import { givenName, surname } from './names.js';

export interface Place {
  readonly street: string;
  readonly city: string;
  readonly state: string;
  readonly zip: string;
}

/** What a clerk writes down about somebody; null where nothing was said. */
export interface Sheet {
  readonly kind: 'person' | 'company';
  readonly first: string | null;
  readonly last: string | null;
  readonly company: string | null;
  readonly email: string | null;
  readonly phone: string | null;
  readonly place: Place | null;
  readonly born: string | null;
}

const streets =
  'Oak Maple Cedar Pine Elm Washington Lake Hill Walnut Spring North Ridge Church Willow Mill Sunset Railroad Jackson Lincoln River'.split(
    ' ',
  );
const streetKinds = ['Street', 'Avenue', 'Road', 'Drive', 'Lane', 'Court'];
const cities =
  'Arlington Fairview Georgetown Madison Springfield Clinton Salem Dover Hudson Milton Ashland Oxford'.split(' ');
const states = ['VA', 'OH', 'TX', 'IL', 'NC', 'OR'];
const areaCodes = [202, 212, 312, 404, 415, 503, 512, 614, 704, 713];
const trades =
  'Pottery Roofing Dental Landscaping Logistics Bakery Plumbing Consulting Realty Motors Catering Fitness'.split(' ');
const mailers = ['gmail.com', 'gmail.com', 'yahoo.com', 'outlook.com', 'icloud.com', 'fastmail.com', 'inbox.com'];

export const digits = (dice: Dice, length: number) => Array.from({ length }, () => dice.below(10)).join('');
export const phone = (dice: Dice) =>
  `(${dice.pick(areaCodes)}) ${2 + dice.below(7)}${2 + dice.below(8)}${2 + dice.below(8)}-${digits(dice, 4)}`;

export function place(dice: Dice): Place {
  const zip = `${2 + dice.below(7)}${digits(dice, 3)}${dice.below(3)}`;
  const street = `${1 + dice.below(4000)} ${dice.pick(streets)} ${dice.pick(streetKinds)}`;
  return { street, city: dice.pick(cities), state: dice.pick(states), zip };
}

/** Between the ages of 20 and 90. */
export function birthday(dice: Dice, from = 1936, years = 70): string {
  const two = (value: number) => String(value).padStart(2, '0');
  return `${from + dice.below(years)}-${two(1 + dice.below(12))}-${two(1 + dice.below(28))}`;
}

const plain = (text: string) =>
  text
    .normalize('NFKD')
    .replace(/[^a-zA-Z]/g, '')
    .toLowerCase();

export function mailOf(dice: Dice, first: string, last: string, domain = dice.pick(mailers)): string {
  const given = plain(first);
  const family = plain(last);
  const local = dice.pick([
    `${given}.${family}`,
    `${given.slice(0, 1)}${family}`,
    `${given}${family}`,
    `${family}.${given}`,
    given,
  ]);
  // No two people have one address: where it would be taken, providers ask for a number.
  return domain.endsWith('.com') ? `${local}${digits(dice, 5)}@${domain}` : `${local}@${domain}`;
}

export const companyName = (dice: Dice) => `${surname(dice)} ${dice.pick(trades)}`;
export const domainOf = (company: string) => `${plain(company)}.example`;

export function person(dice: Dice, given: Partial<Sheet> = {}): Sheet {
  const first = given.first ?? givenName(dice);
  const last = given.last ?? surname(dice);
  return {
    kind: 'person',
    first,
    last,
    company: null,
    email: mailOf(dice, first, last),
    phone: phone(dice),
    place: place(dice),
    born: birthday(dice),
    ...given,
  };
}

export function company(dice: Dice, given: Partial<Sheet> = {}): Sheet {
  const name = given.company ?? companyName(dice);
  return {
    kind: 'company',
    first: null,
    last: null,
    company: name,
    email: `info@${domainOf(name)}`,
    phone: phone(dice),
    place: place(dice),
    born: null,
    ...given,
  };
}

/** The first as it lies in Clio, the second as it lies in GoHighLevel. */
export type PairMaker = (dice: Dice) => readonly [Sheet, Sheet];
