import type { StoredMessage } from './codec.js';
import type { PublishResult } from '@firmbridge/subscriber/amqp';

export interface OutboxRow extends StoredMessage {
  readonly id: string;
  readonly tenantId: string;
  readonly orderingKey: string;
}

export type Failure = Exclude<PublishResult, 'confirmed'>;

export interface PublishedRows {
  /** Ids of the rows the broker has. */
  readonly confirmed: readonly string[];
  /** Keys that stopped at a row that was not published, and what happened to it. */
  readonly stopped: ReadonlyMap<string, Failure>;
}

/**
 * Publishes rows, given in order, so that no row leaves before an earlier one of its key has. Waiting for each confirm
 * would cost a round trip a row, so a batch goes out in waves:
 *
 * - What fails is almost always a route (an unbound queue), so each route is first tried with a few rows, and a key waits for
 *   the next wave before it goes on from an untried route to another.
 * - Rows on routes that have proven themselves go out together; the broker keeps their order.
 * - A row that fails stops its key; a route that returned a row stops every key that needs it.
 *
 * Only a route that vanishes in the middle of a wave can let a later row of a key leave before an earlier one.
 */
export async function publishInOrder(
  rows: readonly OutboxRow[],
  publish: (rows: readonly OutboxRow[]) => Promise<PublishResult[]>,
): Promise<PublishedRows> {
  const confirmed: string[] = [];
  const stopped = new Map<string, Failure>();
  const proven = new Set<string>();
  const broken = new Set<string>();
  let remaining = rows;
  while (remaining.length > 0) {
    const { wave, later } = nextWave(remaining, { proven, broken, stopped });
    const results = await publish(wave);
    for (const [index, row] of wave.entries()) {
      const result = results[index] ?? 'failed';
      if (result === 'confirmed') {
        confirmed.push(row.id);
        proven.add(routeOf(row));
      } else {
        if (!stopped.has(row.orderingKey)) stopped.set(row.orderingKey, result);
        if (result === 'returned') broken.add(routeOf(row));
      }
    }
    remaining = later;
  }
  return { confirmed, stopped };
}

interface Progress {
  readonly proven: ReadonlySet<string>;
  readonly broken: ReadonlySet<string>;
  readonly stopped: Map<string, Failure>;
}

/** So few that a returned wave costs little, enough for a small batch to leave with one round trip. */
const probeRows = 10;

function nextWave(rows: readonly OutboxRow[], { proven, broken, stopped }: Progress) {
  const wave: OutboxRow[] = [];
  const later: OutboxRow[] = [];
  const held = new Set<string>();
  const probes = new Map<string, number>();
  /** The untried route on which a key's rows leave in this wave. */
  const probing = new Map<string, string>();
  for (const row of rows) {
    const { orderingKey } = row;
    const route = routeOf(row);
    const probed = probes.get(route) ?? 0;
    if (stopped.has(orderingKey)) continue;
    if (held.has(orderingKey)) later.push(row);
    else if (broken.has(route)) stopped.set(orderingKey, 'returned');
    else if ((probing.get(orderingKey) ?? route) !== route || (!proven.has(route) && probed >= probeRows)) {
      held.add(orderingKey);
      later.push(row);
    } else {
      wave.push(row);
      if (proven.has(route)) continue;
      probes.set(route, probed + 1);
      probing.set(orderingKey, route);
    }
  }
  return { wave, later };
}

function routeOf({ exchange, routingKey }: OutboxRow): string {
  return `${exchange}/${routingKey}`;
}
