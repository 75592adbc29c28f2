import { publishInOrder, type OutboxRow } from './ordered-publishing.js';
import type { PublishResult } from '@firmbridge/subscriber/amqp';

let nextId = 0;
const row = (orderingKey: string, routingKey = 'fine'): OutboxRow => ({
  id: String(++nextId),
  tenantId: '',
  orderingKey,
  routingKey,
  exchange: 'events',
  messageId: '',
  type: '',
  traceparent: null,
  envelope: '{}',
});

/** A broker that returns what is routed to `nowhere` and refuses what is routed to `full`. */
function broker() {
  const waves: string[][] = [];
  const publish = (rows: readonly OutboxRow[]): Promise<PublishResult[]> => {
    waves.push(rows.map(({ id }) => id));
    const results = { nowhere: 'returned', full: 'failed' } as const;
    return Promise.resolve(rows.map(({ routingKey }) => results[routingKey as keyof typeof results] ?? 'confirmed'));
  };
  return { waves, publish };
}

describe('publishInOrder', () => {
  it('tries each route with a few rows and sends the rest together', async () => {
    const rows = Array.from({ length: 100 }, (_, n) => row(`k${n}`, `route${n % 3}`));
    const { waves, publish } = broker();
    const { confirmed, stopped } = await publishInOrder(rows, publish);
    expect(new Set(confirmed)).toEqual(new Set(rows.map(({ id }) => id)));
    expect(stopped.size).toBe(0);
    expect(waves.map(({ length }) => length)).toEqual([30, 70]);
  });

  it('sends no row of a key before an earlier one was confirmed or with it', async () => {
    const rows = [row('a'), row('a', 'nowhere'), row('a'), row('b'), row('b', 'other'), row('c', 'full'), row('c')];
    const { waves, publish } = broker();
    const { confirmed, stopped } = await publishInOrder(rows, publish);
    const [a1, a2, a3, b1, b2, c1, c2] = rows.map(({ id }) => id);
    expect(confirmed).toEqual(expect.arrayContaining([a1, b1, b2]));
    expect(confirmed).toHaveLength(3);
    expect([...stopped]).toEqual([
      ['c', 'failed'],
      ['a', 'returned'],
    ]);
    expect(waves.flat()).not.toContain(a3);
    expect(waves.flat()).not.toContain(c2);
    expect(waves.flat()).toEqual(expect.arrayContaining([a2, c1]));
  });

  it('does not try a broken route once for every key', async () => {
    const rows = Array.from({ length: 500 }, (_, n) => row(`k${n}`, 'nowhere'));
    const { waves, publish } = broker();
    const { stopped } = await publishInOrder(rows, publish);
    expect(stopped.size).toBe(500);
    expect(waves.flat()).toHaveLength(10);
  });

  it('sends a small batch at once, but for a key that changes its route', async () => {
    const rows = [row('a'), row('a'), row('b', 'other'), row('b', 'other'), row('a', 'other'), row('a')];
    const { waves, publish } = broker();
    await publishInOrder(rows, publish);
    const [a1, a2, b1, b2, a3, a4] = rows.map(({ id }) => id);
    expect(waves).toEqual([
      [a1, a2, b1, b2],
      [a3, a4],
    ]);
  });
});
