import { listConnections, type Connection, type ConnectionList } from '@firmbridge/api-client';
import { answerOf } from '../../api/problem.js';
import { RemoteValue } from '../../api/remote-value.js';

export type Provider = Connection['provider'];
export type Region = Connection['region'];

export const connections = new RemoteValue<ConnectionList>(() => answerOf(listConnections()), 30_000);

export const providerNames: Readonly<Record<Provider, string>> = { clio: 'Clio Manage', ghl: 'GoHighLevel' };
export const regionNames: Readonly<Record<Region, string>> = {
  us: 'United States',
  eu: 'Europe',
  ca: 'Canada',
  au: 'Australia',
  global: 'Worldwide',
};

/** Two sides of one picture; either may be missing. */
export interface Bridge {
  readonly clio: Connection | null;
  readonly ghl: Connection | null;
  readonly isPaired: boolean;
}

/** The pairings first, then what is connected and not paired, side by side; at least one bridge to begin with. */
export function bridgesOf({ connections: all, pairings }: ConnectionList): Bridge[] {
  const find = (id: string) => all.find(({ connectionId }) => connectionId === id) ?? null;
  const paired = pairings.map((pairing) => ({
    clio: find(pairing.clioConnectionId),
    ghl: find(pairing.ghlConnectionId),
    isPaired: true,
  }));
  const pairedIds = new Set(pairings.flatMap((pairing) => [pairing.clioConnectionId, pairing.ghlConnectionId]));
  const free = all.filter(({ connectionId }) => !pairedIds.has(connectionId));
  const clio = free.filter(({ provider }) => provider === 'clio');
  const ghl = free.filter(({ provider }) => provider === 'ghl');
  const rows = Math.max(clio.length, ghl.length, paired.length === 0 ? 1 : 0);
  const unpaired = Array.from({ length: rows }, (_, row) => ({
    clio: clio[row] ?? null,
    ghl: ghl[row] ?? null,
    isPaired: false,
  }));
  return [...paired, ...unpaired];
}
