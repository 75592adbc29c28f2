import type { ClioRegion } from '@firmbridge/clio-api';
import { hashOf, mix } from '../../random.js';

/** How far the invented past reaches. It ends before any sensible clock, so that nothing is younger than "now". */
export const pastStartsAt = Date.parse('2023-01-09T14:00:00Z');
export const pastEndsAt = Date.parse('2026-01-05T00:00:00Z');
export const dayMs = 86_400_000;

export interface FirmFacts {
  readonly seed: string;
  readonly region: ClioRegion;
  /** 1 is the first firm of the region. */
  readonly number: number;
  readonly name: string;
  readonly matters: number;
}

/** One Clio account: the size and the seed from which every record of it is computed, each on its own. */
export class Firm {
  readonly key: string;
  readonly counts: FirmCounts;
  private readonly seed: number;

  constructor(readonly facts: FirmFacts) {
    this.key = `${facts.region}/${facts.number}`;
    this.seed = hashOf([facts.seed, facts.region, facts.number]);
    this.counts = countsFor(facts.matters);
  }

  /** A 32 bit number for a place: a kind of record, its index, and which of its properties. */
  hash(kind: number, index: number, salt: number): number {
    return mix(mix(mix(this.seed, kind), index), salt);
  }

  pick<Value>(values: readonly Value[], place: readonly [kind: number, index: number, salt: number]): Value {
    return values[this.hash(...place) % values.length] as Value;
  }

  /** True for that share of places. */
  chance(percent: number, place: readonly [kind: number, index: number, salt: number]): boolean {
    return this.hash(...place) % 100 < percent;
  }
}

export interface FirmCounts {
  readonly matters: number;
  readonly users: number;
  readonly attorneys: number;
  /** Contacts with a matter come first, everybody else after them. */
  readonly clients: number;
  readonly contacts: number;
}

function countsFor(matters: number): FirmCounts {
  const users = Math.min(150, 6 + Math.floor(matters / 100));
  const clients = Math.ceil(matters * 0.8);
  return { matters, users, attorneys: Math.ceil(users * 0.6), clients, contacts: clients * 2 };
}
