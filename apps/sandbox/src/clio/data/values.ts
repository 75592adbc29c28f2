import type { Firm } from './firm.js';
import { dayMs } from './firm.js';

const standardOffsetHours = { us: -5, ca: -8, eu: 0, au: 10 } as const;

/** Hours from UTC, with a simple summer time: Clio answers in the account's offset, not in Z (clio-api section 1). */
function offsetHours(firm: Firm, month: number): number {
  const northernSummer = month >= 3 && month <= 9;
  const standard = standardOffsetHours[firm.facts.region];
  return (firm.facts.region === 'au') === northernSummer ? standard : standard + 1;
}

export function instantText(firm: Firm, ms: number): string {
  const hours = offsetHours(firm, new Date(ms).getUTCMonth());
  const local = new Date(ms + hours * 3_600_000).toISOString().slice(0, 19);
  const sign = hours < 0 ? '-' : '+';
  return `${local}${sign}${String(Math.abs(hours)).padStart(2, '0')}:00`;
}

export function dateText(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10);
}

/** Cents as the double that Clio sends. */
export function money(cents: number): number {
  return cents / 100;
}

export function days(count: number): number {
  return count * dayMs;
}

/** An etag with its own quotes (clio-api section 8.1), new for each version of a record. */
export function etagText(firm: Firm, place: readonly [kind: number, index: number], version: number): string {
  const parts = [0, 1, 2, 3].map((part) =>
    firm
      .hash(place[0] + 1000, place[1], version * 4 + part)
      .toString(16)
      .padStart(8, '0'),
  );
  return `"${parts.join('')}"`;
}
