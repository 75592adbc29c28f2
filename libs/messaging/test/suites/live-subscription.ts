import type { Message } from '@firmbridge/contracts';
import { eventually } from '@firmbridge/testing';
import { LiveSubscription } from '../../src/index.js';
import { aMessage, manifestOf, nobodysEvent, orderPlaced, Playground, type TestBroker } from '../harness.js';

export function liveSubscriptionSuite(broker: () => TestBroker): void {
  describe('live subscription', () => {
    let playground: Playground;

    beforeEach(async () => {
      playground = new Playground(broker());
      await playground.apply(manifestOf());
    });
    afterEach(() => playground.remove());

    const subscribe = async () => {
      const seen: Message[] = [];
      const gaps: true[] = [];
      const connections = playground.connections(manifestOf());
      const subscription = new LiveSubscription({
        connections,
        sources: [{ exchange: 'events', pattern: 'orders.#' }],
        onMessage: (message) => void seen.push(message),
        onGap: () => void gaps.push(true),
      });
      playground.later(() => subscription.close());
      await subscription.start();
      return { connections, seen, gaps };
    };

    it('shows every replica each message', async () => {
      const replicas = [await subscribe(), await subscribe()];
      const publisher = replicas[0]?.connections.publisher();
      await publisher?.ready(5_000);
      await publisher?.publish([aMessage(orderPlaced, { order: 'a', n: 1 }), aMessage(nobodysEvent, {})]);
      await eventually(() => replicas.every(({ seen }) => seen.length === 2));
      expect(replicas.map(({ seen }) => seen.map(({ type }) => type))).toEqual([
        [orderPlaced.type, nobodysEvent.type],
        [orderPlaced.type, nobodysEvent.type],
      ]);
    });

    it('comes back after the connection was lost and says that something may be missing', async () => {
      const { connections, seen, gaps } = await subscribe();
      await connections.consuming.current?.close();
      await eventually(() => gaps.length === 1);
      await connections.publisher().ready(5_000);
      await connections.publisher().publish([aMessage(orderPlaced, { order: 'a', n: 1 })]);
      await eventually(() => seen.length === 1);
    });
  });
}
