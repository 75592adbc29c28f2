import type { Foreign } from './sample-request.js';

export interface FirmWords {
  readonly word: string;
  readonly email: string;
  readonly firmName: string;
}

/** What a firm's own answers give away to somebody who means to use it elsewhere: the first value of each field. */
export function foreignValues(answers: readonly string[], { word, email, firmName }: FirmWords): Foreign {
  const values = new Map<string, string>([
    // No name: what a stranger calls its own things is kept, and told to it again.
    ...Object.entries({ email, text: word, firmName, confirmation: firmName }),
  ]);
  for (const answer of answers) collect(JSON.parse(answer), values);
  const aliases: Readonly<Record<string, string>> = { agencyId: 'connectionId', cursor: 'nextCursor' };
  return (field) => values.get(field) ?? values.get(aliases[field] ?? '');
}

/** Fields whose values lead somewhere; others are no use to a stranger. */
const leading = /(Id|Key|nextCursor|queue|fingerprint|setupUrl|returnTo)$/;

function collect(value: unknown, values: Map<string, string>): void {
  if (Array.isArray(value)) return value.forEach((one) => collect(one, values));
  if (typeof value !== 'object' || value === null) return;
  for (const [name, one] of Object.entries(value)) {
    if (typeof one === 'string' && leading.test(name) && !values.has(name)) values.set(name, one);
    collect(one, values);
  }
}
