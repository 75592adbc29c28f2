import { isRoleMailbox, bareMailbox, ownDomain } from './mailboxes.js';
import { areNicknames } from './names.js';
import type { Profile } from './profile.js';
import { isSlip } from './similarity.js';
import { isCommonSurname, surnameFrequency } from './surnames.js';
import { bitsOf, companyWeights, personWeights, type Level } from './weights.js';

/** One thing that speaks for or against two contacts being the same. */
export interface Evidence extends Omit<Level, 'm' | 'u'> {
  /** Above 0 it speaks for it. */
  readonly bits: number;
}

/** E-mails and phones that more than one contact of the other side has. */
export type Shared = ReadonlySet<string>;

/** All that two contacts of a kind tell about being the same; what only one of them says tells nothing. */
export function compare(one: Profile, other: Profile, shared: Shared): Evidence[] {
  const levels =
    one.kind === 'person'
      ? [
          ...names(one, other),
          ...suffix(one, other),
          ...birth(one, other),
          ...email(one, other, shared),
          ...company(one, other),
        ]
      : companyLevels(one, other);
  const weights = one.kind === 'person' ? personWeights : companyWeights;
  return [...levels, ...phone(one, other, shared, weights), ...address(one, other, weights)];
}

const weighed = (level: Level, says = level.says): Evidence => {
  const { m, u, ...rest } = level;
  return { ...rest, says, bits: bitsOf({ m, u }) };
};

function names(one: Profile, other: Profile): Evidence[] {
  const isSwapped =
    one.given !== null && one.given === other.surname && one.surname !== null && one.surname === other.given;
  if (isSwapped && one.given !== one.surname) return [weighed(personWeights.names.swapped)];
  return [...surname(one.surname, other.surname), ...given(one.given, other.given)];
}

function surname(one: string | null, other: string | null): Evidence[] {
  if (one === null || other === null) return [];
  const { same, similar, other: different } = personWeights.surname;
  if (one === other) {
    const says = isCommonSurname(one) ? 'same surname, a common one' : same.says;
    return [weighed({ ...same, u: surnameFrequency(one) }, says)];
  }
  return [weighed(isSlip(one, other) || isPartOf(one, other) ? similar : different)];
}

/** A double name of which one side has only a part. */
function isPartOf(one: string, other: string): boolean {
  const [short, long] = one.length < other.length ? [one, other] : [other, one];
  return long.split(' ').includes(short);
}

function given(one: string | null, other: string | null): Evidence[] {
  if (one === null || other === null) return [];
  const levels = personWeights.given;
  if (one === other) return [weighed(levels.same)];
  if (areNicknames(one, other)) return [weighed(levels.nickname)];
  if (Math.min(one.length, other.length) === 1 && one[0] === other[0]) return [weighed(levels.initial)];
  return [weighed(isSlip(one, other) ? levels.similar : levels.other)];
}

function suffix(one: Profile, other: Profile): Evidence[] {
  const levels = personWeights.suffix;
  if (one.suffix === null && other.suffix === null) return [];
  if (one.suffix === null || other.suffix === null) return [weighed(levels.oneSided)];
  return [weighed(one.suffix === other.suffix ? levels.same : levels.other)];
}

function birth({ dateOfBirth: one }: Profile, { dateOfBirth: other }: Profile): Evidence[] {
  if (one === null || other === null) return [];
  const levels = personWeights.dateOfBirth;
  if (one === other) return [weighed(levels.same)];
  const [year, month, day] = other.split('-');
  const isSimilar = one === `${year}-${day}-${month}` || differingLetters(one, other) === 1;
  return [weighed(isSimilar ? levels.similar : levels.other)];
}

const differingLetters = (one: string, other: string) =>
  [...one].filter((letter, index) => letter !== other[index]).length;

function email(one: Profile, other: Profile, shared: Shared): Evidence[] {
  if (one.emails.length === 0 || other.emails.length === 0) return [];
  const levels = personWeights.email;
  const common = one.emails.filter((address) => other.emails.includes(address));
  const personal = common.filter((address) => !isRoleMailbox(address));
  if (personal.some((address) => !shared.has(address))) return [weighed(levels.same)];
  if (personal.length > 0) return [weighed(levels.shared)];
  if (common.length > 0) return [weighed(levels.role)];
  if (anyPair(one.emails, other.emails, (a, b) => bareMailbox(a) === bareMailbox(b) && !isRoleMailbox(a))) {
    return [weighed(levels.spelled)];
  }
  return [weighed(anyPair(one.emails, other.emails, isSimilarMailbox) ? levels.similar : levels.other)];
}

function isSimilarMailbox(one: string, other: string): boolean {
  const [local = '', domain = ''] = one.split('@');
  const [otherLocal = '', otherDomain = ''] = other.split('@');
  return (domain === otherDomain && isSlip(local, otherLocal)) || (local === otherLocal && isSlip(domain, otherDomain));
}

function anyPair(ones: readonly string[], others: readonly string[], test: (a: string, b: string) => boolean): boolean {
  return ones.some((one) => others.some((other) => test(one, other)));
}

type PhoneWeights = Pick<typeof personWeights | typeof companyWeights, 'phone' | 'address'>;

function phone(one: Profile, other: Profile, shared: Shared, { phone: levels }: PhoneWeights): Evidence[] {
  if (one.phones.length === 0 || other.phones.length === 0) return [];
  const common = one.phones.filter((number) => other.phones.includes(number));
  if (common.length === 0) return [weighed(levels.other)];
  return [weighed(common.some((number) => !shared.has(number)) ? levels.same : levels.shared)];
}

function address(one: Profile, other: Profile, { address: levels }: PhoneWeights): Evidence[] {
  const pairs = one.addresses.flatMap((a) => other.addresses.map((b) => [a, b] as const));
  const known = pairs.filter(([a, b]) => a.postalCode !== null && b.postalCode !== null);
  if (known.length === 0) return [];
  const near = known.filter(([a, b]) => a.postalCode === b.postalCode);
  if (near.some(([a, b]) => a.house !== null && a.house === b.house)) return [weighed(levels.same)];
  return [weighed(near.length > 0 ? levels.area : levels.other)];
}

function company({ company: one }: Profile, { company: other }: Profile): Evidence[] {
  if (one === null || other === null) return [];
  const levels = personWeights.company;
  return [weighed(one === other || isSlip(one, other) ? levels.same : levels.other)];
}

function companyLevels(one: Profile, other: Profile): Evidence[] {
  return [...companyName(one.company, other.company), ...companyEmail(one.emails, other.emails)];
}

function companyName(one: string | null, other: string | null): Evidence[] {
  if (one === null || other === null) return [];
  const levels = companyWeights.company;
  if (one === other) return [weighed(levels.same)];
  return [weighed(isSlip(one, other) ? levels.similar : levels.other)];
}

function companyEmail(ones: readonly string[], others: readonly string[]): Evidence[] {
  if (ones.length === 0 || others.length === 0) return [];
  const levels = companyWeights.email;
  if (ones.some((one) => others.includes(one))) return [weighed(levels.same)];
  const isSameDomain = anyPair(ones, others, (a, b) => ownDomain(a) !== null && ownDomain(a) === ownDomain(b));
  return [weighed(isSameDomain ? levels.domain : levels.other)];
}
