/** What a field holds on one side: text, or parts that belong together and travel as one. */
export type Value = string | null | { readonly [part: string]: string | null };

/** How two spellings of a value are compared. */
export type FieldKind = 'text' | 'email' | 'phone' | 'date' | 'parts';

/** For numbers that could not be understood: only their digits count. */
const digitsOf = (text: string) => text.replace(/[^\d+]/g, '');

const spellings: Record<FieldKind, (text: string) => string> = {
  text: (text) => text.normalize('NFC').trim().replace(/\s+/g, ' '),
  email: (text) => text.trim().toLowerCase(),
  phone: (text) => digitsOf(text) || text.trim(),
  date: (text) => text.trim(),
  parts: (text) => text.normalize('NFC').trim().replace(/\s+/g, ' '),
};

/** The one spelling of all that mean the same; empty for nothing at all. */
export function canonical(kind: FieldKind, value: Value): string {
  if (value === null) return '';
  if (typeof value === 'string') return spellings[kind](value);
  const parts = Object.entries(value).flatMap(([part, text]) => {
    const spelled = text === null ? '' : spellings[kind](text);
    return spelled === '' ? [] : [[part, spelled] as const];
  });
  return parts.length === 0 ? '' : JSON.stringify(parts.toSorted(([one], [other]) => (one < other ? -1 : 1)));
}

export function isSame(kind: FieldKind, one: Value, other: Value): boolean {
  return canonical(kind, one) === canonical(kind, other);
}

export function isEmpty(kind: FieldKind, value: Value): boolean {
  return canonical(kind, value) === '';
}

/** How much there is to read. */
export function lengthOf(kind: FieldKind, value: Value): number {
  if (value === null || typeof value === 'string') return canonical(kind, value).length;
  return Object.values(value).reduce((sum, text) => sum + canonical(kind, text).length, 0);
}
