import type { Dice } from './dice.js';
import { commonSurname, givenName, otherThan } from './names.js';
import {
  birthday,
  company,
  companyName,
  domainOf,
  mailOf,
  person,
  phone,
  place,
  type PairMaker,
  type Sheet,
} from './sheet.js';

const text = (value: string | null) => value ?? '';
const anotherFirst = (dice: Dice, sheet: Sheet) => otherThan(() => givenName(dice), text(sheet.first));

/** Under one roof, with another first name. */
function relative(dice: Dice, one: Sheet, given: Partial<Sheet> = {}): Sheet {
  const first = anotherFirst(dice, one);
  return person(dice, {
    first,
    last: one.last,
    place: one.place,
    ...(dice.chance(0.6) ? { phone: one.phone } : {}),
    ...given,
  });
}

const alike: readonly (readonly [string, string])[] = [
  ['Maria', 'Marie'],
  ['Daniel', 'Danielle'],
  ['Christian', 'Christina'],
  ['Paul', 'Paula'],
  ['Erica', 'Eric'],
  ['Julian', 'Juliana'],
];

export const differentPairs: Readonly<Record<string, PairMaker>> = {
  spouses: (dice) => {
    const one = person(dice);
    const other = relative(dice, one);
    if (dice.chance(0.25)) return [one, { ...other, email: one.email }];
    return [one, dice.chance(0.3) ? { ...other, email: null } : other];
  },
  'father and son of one name': (dice) => {
    const father = person(dice, { born: birthday(dice, 1936, 25) });
    const son = person(dice, { ...father, born: birthday(dice, 1966, 30) });
    const mail = mailOf(dice, text(son.first), text(son.last));
    const told = dice.below(3);
    if (told === 0) return [father, { ...son, email: dice.chance(0.5) ? null : mail }];
    if (told === 1)
      return [
        { ...father, born: null },
        { ...son, last: `${son.last} Jr.`, email: null },
      ];
    return [
      { ...father, born: null },
      { ...son, email: otherThan(() => mailOf(dice, text(son.first), text(son.last)), text(father.email)) },
    ];
  },
  'twins and other siblings': (dice) => {
    const one = person(dice);
    return [one, relative(dice, one, { born: dice.chance(0.6) ? one.born : birthday(dice) })];
  },
  'colleagues on one phone': (dice) => {
    const employer = companyName(dice);
    const office = { company: employer, phone: phone(dice), place: place(dice) };
    const at = (sheet: Sheet) => ({
      ...sheet,
      email: mailOf(dice, text(sheet.first), text(sheet.last), domainOf(employer)),
    });
    const one = at(person(dice, office));
    return [one, at(person(dice, { ...office, first: anotherFirst(dice, one) }))];
  },
  'colleagues with names alike': (dice) => {
    const [first, other] = dice.pick(alike);
    const one = person(dice, { first, last: commonSurname(dice), company: companyName(dice) });
    return [
      one,
      person(dice, {
        first: other,
        last: one.last,
        company: one.company,
        phone: one.phone,
        email: null,
        born: null,
        place: one.place,
      }),
    ];
  },
  'role mailbox': (dice) => {
    const employer = companyName(dice);
    const email = `${dice.pick(['info', 'office', 'contact', 'admin'])}@${domainOf(employer)}`;
    const one = person(dice, { email, company: employer, born: null });
    const sameOffice = dice.chance(0.5) ? { phone: one.phone, place: one.place } : { phone: null };
    return [one, person(dice, { first: anotherFirst(dice, one), email, company: employer, born: null, ...sameOffice })];
  },
  'same common name': (dice) => {
    const one = person(dice, { last: commonSurname(dice) });
    const other = person(dice, { first: one.first, last: one.last });
    if (dice.chance(0.4)) return [one, { ...other, born: null, place: null }];
    return [
      { ...one, born: null },
      dice.chance(0.3) ? { ...other, place: { ...place(dice), zip: text(one.place?.zip ?? null) } } : other,
    ];
  },
  'phone passed on to somebody else': (dice) => {
    const one = person(dice);
    return [one, person(dice, { phone: one.phone, ...(dice.chance(0.5) ? { email: null } : {}) })];
  },
  'branches of one brand': (dice) => {
    const one = company(dice);
    return [one, company(dice, { company: one.company, email: null })];
  },
  'companies in one building': (dice) => {
    const one = company(dice);
    return [one, company(dice, { place: one.place, ...(dice.chance(0.5) ? { phone: one.phone } : {}) })];
  },
};
