import {
  Playground,
  aMessage,
  manifestOf,
  nobodysEvent,
  orderPaid,
  orderPlaced,
  queueSpec,
  type TestBroker,
} from '../harness.js';

export function publisherSuite(broker: () => TestBroker): void {
  describe('publisher', () => {
    const manifest = manifestOf(queueSpec('shop.keep', [orderPlaced, orderPaid]));
    let playground: Playground;

    beforeAll(async () => {
      playground = new Playground(broker());
      await playground.apply(manifest);
    });
    afterEach(() => playground.close());
    afterAll(() => playground.remove());

    it('confirms messages in the order they were given', async () => {
      const connections = playground.connections(manifest, { publishing: { maxInFlight: 50 } });
      await connections.open();
      const messages = Array.from({ length: 300 }, (_, n) => aMessage(orderPlaced, { order: 'a', n }));
      const results = await connections.publisher().publish(messages);
      expect(new Set(results)).toEqual(new Set(['confirmed']));
      const taken = await playground.take('shop.keep');
      expect(taken.map(({ content }) => (JSON.parse(content.toString()) as { data: { n: number } }).data.n)).toEqual(
        messages.map((_, n) => n),
      );
    });

    it('carries id, type and trace context beside the CloudEvents body', async () => {
      const connections = playground.connections(manifest);
      await connections.open();
      const message = aMessage(orderPlaced, { order: 'a', n: 1 });
      const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
      await connections.publisher().publish([{ ...message, envelope: { ...message.envelope, traceparent } }]);
      const [taken] = await playground.take('shop.keep');
      expect(taken?.properties).toMatchObject({
        messageId: message.envelope.id,
        type: 'firmbridge.orders.order-placed.v1',
        contentType: 'application/cloudevents+json',
        deliveryMode: 2,
        headers: { traceparent },
      });
    });

    it('tells a message that no queue got, although the broker confirmed it', async () => {
      const connections = playground.connections(manifest);
      await connections.open();
      const channel = await playground.channel();
      const exchange = `${playground.namespace}.events`;
      await channel.unbindQueue(`${playground.namespace}.shop.keep`, exchange, 'orders.order-paid');
      const results = await connections
        .publisher()
        .publish([
          aMessage(orderPlaced, { order: 'a', n: 1 }),
          aMessage(orderPaid, { order: 'a', n: 1 }),
          aMessage(orderPlaced, { order: 'a', n: 2 }),
        ]);
      await channel.bindQueue(`${playground.namespace}.shop.keep`, exchange, 'orders.order-paid');
      expect(results).toEqual(['confirmed', 'returned', 'confirmed']);
      expect(await playground.take('shop.keep')).toHaveLength(2);
    });

    it('publishes an event that the manifest promises to nobody', async () => {
      const connections = playground.connections(manifest);
      await connections.open();
      expect(await connections.publisher().publish([aMessage(nobodysEvent, {})])).toEqual(['confirmed']);
    });

    it('refuses at once while there is no connection', async () => {
      const connections = playground.connections(manifest);
      const publishing = connections.publisher().publish([aMessage(orderPlaced, { order: 'a', n: 1 })]);
      await expect(publishing).rejects.toMatchObject({ kind: 'unavailable', code: 'broker.unavailable' });
    });
  });
}
