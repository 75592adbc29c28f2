import type { DeathMoment } from './process-protocol.js';

export type Disturbance =
  | { readonly kind: 'close'; readonly which: 'one' | 'all' }
  | { readonly kind: 'kill'; readonly role: 'relay' | 'ledger'; readonly moment: DeathMoment }
  | { readonly kind: 'restart'; readonly how: 'stop' | 'kill' }
  /** A queue loses its binding for a moment: what is published meanwhile must wait. */
  | { readonly kind: 'unbind' }
  /** The relays lose their database connections, and with them what they own. */
  | { readonly kind: 'cut' };

export interface DisturbanceCounts {
  readonly closes: number;
  readonly relayKills: number;
  readonly ledgerKills: number;
  readonly restarts: number;
  readonly unbinds: number;
  readonly cuts: number;
}

/** What the requirement names, and a little more. */
export const usualCounts: DisturbanceCounts = {
  closes: 50,
  relayKills: 10,
  ledgerKills: 4,
  restarts: 5,
  unbinds: 3,
  cuts: 3,
};

/** All of them, in an order that depends on the seed only. */
export function planDisturbances(counts: DisturbanceCounts, random: () => number): Disturbance[] {
  const some = <T>(count: number, make: (index: number) => T) => Array.from({ length: count }, (_, i) => make(i));
  const isEven = (index: number) => index % 2 === 0;
  const planned: Disturbance[] = [
    ...some(counts.closes, (i): Disturbance => ({ kind: 'close', which: i % 5 === 4 ? 'all' : 'one' })),
    ...some(counts.relayKills, (i): Disturbance => ({
      kind: 'kill',
      role: 'relay',
      moment: isEven(i) ? 'unconfirmed' : 'confirmed',
    })),
    ...some(counts.ledgerKills, (i): Disturbance => ({
      kind: 'kill',
      role: 'ledger',
      moment: isEven(i) ? 'uncommitted' : 'unacknowledged',
    })),
    ...some(counts.restarts, (i): Disturbance => ({ kind: 'restart', how: isEven(i) ? 'stop' : 'kill' })),
    ...some(counts.unbinds, (): Disturbance => ({ kind: 'unbind' })),
    ...some(counts.cuts, (): Disturbance => ({ kind: 'cut' })),
  ];
  return shuffled(planned, random);
}

function shuffled<T>(items: readonly T[], random: () => number): T[] {
  return items
    .map((item) => ({ item, place: random() }))
    .sort((a, b) => a.place - b.place)
    .map(({ item }) => item);
}
