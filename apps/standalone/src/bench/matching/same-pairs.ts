import type { Dice } from './dice.js';
import { givenNameWithShortForm, otherThan, shortFormOf, surname } from './names.js';
import { company, companyName, domainOf, mailOf, person, phone, place, type PairMaker, type Sheet } from './sheet.js';
import { slip, slipInMail, slipInPhone } from './slips.js';

/** A marketing form asks for less than a law firm knows. */
function thinned(dice: Dice, sheet: Sheet): Sheet {
  return {
    ...sheet,
    place: dice.chance(0.5) ? sheet.place : null,
    born: dice.chance(0.35) ? sheet.born : null,
    company: sheet.kind === 'company' || dice.chance(0.5) ? sheet.company : null,
  };
}

const text = (value: string | null) => value ?? '';

export const samePairs: Readonly<Record<string, PairMaker>> = {
  'typo in a name': (dice) => {
    const one = person(dice);
    const typo = dice.chance(0.5) ? { last: slip(dice, text(one.last)) } : { first: slip(dice, text(one.first)) };
    return [one, { ...thinned(dice, one), ...typo }];
  },
  'typo in e-mail or phone': (dice) => {
    const one = person(dice);
    const typo = dice.chance(0.5)
      ? { email: slipInMail(dice, text(one.email)) }
      : { phone: slipInPhone(dice, text(one.phone)) };
    return [one, { ...thinned(dice, one), ...typo }];
  },
  nickname: (dice) => {
    const one = person(dice, { first: givenNameWithShortForm(dice) });
    const other = thinned(dice, { ...one, first: shortFormOf(dice, text(one.first)) });
    if (dice.chance(0.4)) return [one, { ...other, email: mailOf(dice, text(other.first), text(one.last)) }];
    return [one, dice.chance(0.4) ? { ...other, phone: null } : other];
  },
  'moved house': (dice) => {
    const one = person(dice);
    const moved = { ...thinned(dice, one), place: place(dice) };
    return [one, dice.chance(0.5) ? { ...moved, phone: phone(dice) } : { ...moved, email: null }];
  },
  'changed surname': (dice) => {
    const one = person(dice);
    const last = otherThan(() => surname(dice), text(one.last));
    const other = { ...thinned(dice, one), last };
    if (dice.chance(0.6)) return [one, other];
    return [
      { ...one },
      { ...other, email: mailOf(dice, text(one.first), last), born: dice.chance(0.6) ? one.born : null },
    ];
  },
  'names swapped': (dice) => {
    const one = person(dice);
    const other = { ...thinned(dice, one), first: one.last, last: one.first };
    return [one, dice.chance(0.4) ? { ...other, email: null } : other];
  },
  'bare lead': (dice) => {
    const one = person(dice);
    const lead = { ...one, place: null, born: null };
    const first = dice.chance(0.3) ? text(one.first).toLowerCase() : one.first;
    return [one, dice.chance(0.6) ? { ...lead, first, phone: null } : { ...lead, first, email: null }];
  },
  'work and private e-mail': (dice) => {
    const employer = companyName(dice);
    const one = person(dice, { company: employer });
    const email = mailOf(dice, text(one.first), text(one.last), domainOf(employer));
    return [one, { ...thinned(dice, one), company: employer, email }];
  },
  'written otherwise': (dice) => {
    const one = person(dice);
    const first = dice.chance(0.5)
      ? `${one.first} ${String.fromCharCode(65 + dice.below(26))}.`
      : text(one.first).toUpperCase();
    const last = text(one.last)
      .normalize('NFKD')
      .replace(/[^a-zA-Z]/g, '');
    const number = text(one.phone).replace(/\D/g, '');
    return [one, { ...thinned(dice, one), first, last, phone: dice.chance(0.5) ? `1-${number}` : number }];
  },
  'company with and without legal form': (dice) => {
    const one = company(dice);
    const form = dice.pick([', Inc.', ' LLC', ' Co.', ' Corporation']);
    const other = { ...one, company: `${one.company}${form}` };
    return [
      one,
      dice.chance(0.5) ? { ...other, email: `billing@${domainOf(text(one.company))}` } : { ...other, phone: null },
    ];
  },
};
