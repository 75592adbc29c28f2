import { bridgesOf } from './connections.js';

type List = Parameters<typeof bridgesOf>[0];
type Connection = List['connections'][number];

const aConnection = (connectionId: string, provider: Connection['provider']): Connection => ({
  connectionId,
  provider,
  region: provider === 'clio' ? 'us' : 'global',
  accountId: '1',
  accountName: connectionId,
  apiOrigin: 'https://provider.example',
  status: 'active',
  credential: 'oauth',
  establishedAt: '2026-01-15T10:00:00.000Z',
});

function shown(list: List): unknown[] {
  return bridgesOf(list).map(({ clio, ghl, isPaired }) => [
    clio?.connectionId ?? null,
    ghl?.connectionId ?? null,
    isPaired,
  ]);
}

it('shows an empty bridge to begin with', () => {
  expect(shown({ connections: [], pairings: [] })).toEqual([[null, null, false]]);
});

it('puts what is connected side by side, so that it can be paired', () => {
  const connections = [aConnection('g', 'ghl'), aConnection('c', 'clio')];
  expect(shown({ connections, pairings: [] })).toEqual([['c', 'g', false]]);
});

it('shows pairings first and the rest below', () => {
  const connections = [aConnection('c1', 'clio'), aConnection('c2', 'clio'), aConnection('g1', 'ghl')];
  const pairings = [{ pairingId: 'p', clioConnectionId: 'c2', ghlConnectionId: 'g1' }];
  expect(shown({ connections, pairings })).toEqual([
    ['c2', 'g1', true],
    ['c1', null, false],
  ]);
});
