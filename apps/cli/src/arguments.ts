import { InvalidArgumentError } from 'commander';
import { z } from 'zod';

const idSchema = z.uuid();
const date = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}.*)?$/;

export function id(text: string): string {
  const parsed = idSchema.safeParse(text.toLowerCase());
  if (parsed.success) return parsed.data;
  throw new InvalidArgumentError('It is not an id.');
}

/** For options and arguments that can be repeated. */
export function ids(text: string, before: readonly string[] = []): string[] {
  return [...before, id(text)];
}

export function wholeNumber(least: number, most: number) {
  return (text: string): number => {
    const number = Number(text);
    if (/^\d+$/.test(text) && number >= least && number <= most) return number;
    throw new InvalidArgumentError(`It must be a whole number from ${least} to ${most}.`);
  };
}

/** A day (its beginning in UTC) or an instant; the API takes instants in UTC. */
export function instant(text: string): string {
  const time = Date.parse(text);
  if (date.test(text) && !Number.isNaN(time)) return new Date(time).toISOString();
  throw new InvalidArgumentError('It must be a day or an instant: 2026-01-15, 2026-01-15T10:00:00Z.');
}

export function sentence(text: string): string {
  const trimmed = text.trim();
  if (trimmed !== '' && trimmed.length <= 500) return trimmed;
  throw new InvalidArgumentError('It must have 1 to 500 characters.');
}
