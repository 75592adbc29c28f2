import { nicknameGroups } from './nicknames.js';

const suffixes = new Map([
  ['jr', 'junior'],
  ['junior', 'junior'],
  ['sr', 'senior'],
  ['senior', 'senior'],
  ['ii', 'ii'],
  ['iii', 'iii'],
  ['iv', 'iv'],
]);
const legalForms = new Set(
  'inc incorporated llc llp lp ltd limited corp corporation co company pc pllc plc the'.split(' '),
);

/** Words without case, accents and punctuation: `O’Brien-Núñez` becomes `obrien nunez`. */
export function words(text: string | null): string[] {
  if (text === null) return [];
  const plain = text
    .normalize('NFKD')
    .replace(/\p{Diacritic}/gu, '')
    .toLowerCase()
    .replace(/['’`.]/g, '');
  return plain.split(/[^\p{Letter}\p{Number}]+/u).filter((word) => word !== '');
}

export interface PersonName {
  readonly given: string | null;
  readonly surname: string | null;
  /** Junior, senior, ii and so on: what tells a son from a father of the same name. */
  readonly suffix: string | null;
}

interface WrittenName {
  readonly name: string;
  readonly firstName: string | null;
  readonly lastName: string | null;
}

/** A name in parts; where only a whole name is given, its last word is the surname unless a comma says otherwise. */
export function personName({ name, firstName, lastName }: WrittenName): PersonName {
  const [before = '', after] = name.split(',', 2);
  const isSplit = words(firstName).length + words(lastName).length > 0;
  const wholeName =
    after === undefined || suffixes.has(words(after)[0] ?? '') ? words(name) : [...words(after), ...words(before)];
  const given = isSplit ? words(firstName) : wholeName;
  const surname = isSplit ? words(lastName) : [];
  const suffix = takeSuffix(surname) ?? takeSuffix(given);
  if (surname.length === 0 && given.length > 1) surname.push(given.pop() ?? '');
  return { given: given[0] ?? null, surname: surname.join(' ') || null, suffix };
}

function takeSuffix(parts: string[]): string | null {
  const suffix = suffixes.get(parts.at(-1) ?? '');
  if (suffix === undefined || parts.length < 2) return null;
  parts.pop();
  return suffix;
}

/** The words of a company's name without its legal form: the same for `Acme, Inc.` and `The Acme Company`. */
export function companyWords(name: string | null): string {
  const all = words(name);
  const telling = all.filter((word) => !legalForms.has(word));
  return (telling.length > 0 ? telling : all).join(' ');
}

const groupOf = new Map<string, number[]>();
nicknameGroups.forEach((group, index) => {
  for (const name of group) groupOf.set(name, [...(groupOf.get(name) ?? []), index]);
});

export function areNicknames(one: string, other: string): boolean {
  const groups = groupOf.get(one) ?? [];
  return (groupOf.get(other) ?? []).some((group) => groups.includes(group));
}

/** The forms under which a first name is looked up: each name it may be short for, else itself. */
export function givenForms(given: string): string[] {
  const groups = groupOf.get(given);
  return groups === undefined ? [given] : groups.flatMap((group) => nicknameGroups[group]?.[0] ?? []);
}

const sounds: Readonly<Record<string, string>> = Object.fromEntries(
  ['bfpv', 'cgjkqsxz', 'dt', 'l', 'mn', 'r'].flatMap((letters, index) =>
    [...letters].map((letter) => [letter, String(index + 1)]),
  ),
);

/** Soundex: names that are spelled alike have the same. Only for finding candidates. */
export function soundex(name: string): string {
  const letters = [...name.replaceAll(' ', '')];
  let code = letters[0] ?? '';
  let last = sounds[code] ?? '';
  for (const letter of letters.slice(1)) {
    const sound = sounds[letter] ?? '';
    if (sound !== '' && sound !== last) code += sound;
    if (letter !== 'h' && letter !== 'w') last = sound;
  }
  return code.slice(0, 4).padEnd(4, '0');
}
