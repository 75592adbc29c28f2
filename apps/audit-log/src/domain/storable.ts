import { toUSVString } from 'node:util';

/** What PostgreSQL takes as text and as jsonb: foreign values may hold NUL bytes, half characters, binary data, or far too much. */

const longestValue = 2_000;
const largestHeadersBytes = 32 * 1024;
const mostMembers = 100;
const deepest = 5;

// eslint-disable-next-line no-control-regex -- they are what must go
const controlCharacters = /[\u0000-\u001f\u007f]+/g;

/** One line of at most so many characters; null when the value is no text and no number. */
export function lineOf(value: unknown, most: number): string | null {
  if (typeof value === 'number' || typeof value === 'bigint') return String(value);
  if (typeof value !== 'string') return null;
  const line = toUSVString(value.slice(0, most)).replace(controlCharacters, ' ').trim();
  return line === '' ? null : line;
}

/** As many of the headers as fit, and how many do not. */
export function storableHeaders(headers: Readonly<Record<string, unknown>>): Record<string, unknown> {
  let bytes = 0;
  const stored: [string, unknown][] = [];
  const entries = Object.entries(headers);
  for (const [name, value] of entries) {
    const entry: [string, unknown] = [lineOf(name, 255) ?? '', storable(value, 0)];
    bytes += Buffer.byteLength(JSON.stringify(entry));
    if (bytes > largestHeadersBytes) break;
    stored.push(entry);
  }
  const missing = entries.length - stored.length;
  return Object.fromEntries(missing === 0 ? stored : [...stored, ['(left out)', missing]]);
}

function storable(value: unknown, depth: number): unknown {
  if (value === null || typeof value === 'boolean') return value;
  if (typeof value === 'string') return toUSVString(value.slice(0, longestValue)).replaceAll('\0', '\uFFFD');
  if (typeof value === 'number') return Number.isFinite(value) ? value : String(value);
  if (typeof value !== 'object') return `(${typeof value})`;
  if (value instanceof Uint8Array) return `(${value.length} bytes)`;
  if (depth === deepest) return '(deeper)';
  if (Array.isArray(value)) return value.slice(0, mostMembers).map((member) => storable(member, depth + 1));
  const members = Object.entries(value).slice(0, mostMembers);
  return Object.fromEntries(members.map(([name, member]) => [lineOf(name, 255) ?? '', storable(member, depth + 1)]));
}
