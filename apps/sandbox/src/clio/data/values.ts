import { dayMs, type Firm } from './firm.js';

const standardOffsetHours = { us: -5, ca: -8, eu: 0, au: 10 } as const;

interface Day {
  readonly text: string;
  readonly isNorthernSummer: boolean;
}

/** The invented past has some 1500 days and millions of instants: each day is written once. */
const daysByNumber = new Map<number, Day>();

function dayOf(ms: number): Day {
  const number = Math.floor(ms / dayMs);
  const known = daysByNumber.get(number);
  if (known) return known;
  const date = new Date(number * dayMs);
  const month = date.getUTCMonth();
  const day = { text: date.toISOString().slice(0, 10), isNorthernSummer: month >= 3 && month <= 9 };
  if (daysByNumber.size > 100_000) daysByNumber.clear();
  daysByNumber.set(number, day);
  return day;
}

/** Hours from UTC, with a simple summer time: Clio answers in the account's offset, not in Z (clio-api section 1). */
function offsetHours(firm: Firm, ms: number): number {
  const { region } = firm.facts;
  const standard = standardOffsetHours[region];
  return (region === 'au') === dayOf(ms).isNorthernSummer ? standard : standard + 1;
}

const twoDigits = Array.from({ length: 60 }, (_, number) => String(number).padStart(2, '0'));

export function instantText(firm: Firm, ms: number): string {
  const hours = offsetHours(firm, ms);
  const localMs = ms + hours * 3_600_000;
  const second = Math.floor((localMs - Math.floor(localMs / dayMs) * dayMs) / 1000);
  const time = `${twoDigits[Math.floor(second / 3600)]}:${twoDigits[Math.floor(second / 60) % 60]}:${twoDigits[second % 60]}`;
  return `${dayOf(localMs).text}T${time}${hours < 0 ? '-' : '+'}${twoDigits[Math.abs(hours)]}:00`;
}

export function dateText(ms: number): string {
  return dayOf(ms).text;
}

/** Cents as the double that Clio sends. */
export function money(cents: number): number {
  return cents / 100;
}

export function days(count: number): number {
  return count * dayMs;
}

const fourHexDigits = Array.from({ length: 0x1_0000 }, (_, number) => number.toString(16).padStart(4, '0'));

function hex(number: number): string {
  return `${fourHexDigits[number >>> 16]}${fourHexDigits[number & 0xffff]}`;
}

/** An etag with its own quotes (clio-api section 8.1), new for each version of a record. */
export function etagText(firm: Firm, place: readonly [kind: number, index: number], version: number): string {
  const part = (n: number): string => hex(firm.hash(place[0] + 1000, place[1], version * 4 + n));
  return `"${part(0)}${part(1)}${part(2)}${part(3)}"`;
}
