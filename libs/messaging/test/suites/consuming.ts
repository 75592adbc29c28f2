import { AppError, type DataOf, type Message } from '@firmbridge/contracts';
import { eventually } from '@firmbridge/testing';
import { Controller, type Type } from '@nestjs/common';
import type { Channel, ConsumeMessage, Message as AmqpMessage } from 'amqplib';
import { randomUUID } from 'node:crypto';
import { toStored } from '../../src/codec.js';
import { Consumes, type RabbitServerOptions } from '../../src/index.js';
import {
  aMessage,
  manifestOf,
  nobodysEvent,
  orderPaid,
  orderPlaced,
  Playground,
  publishingLate,
  queueSpec,
  recordingLogger,
  shipOrder,
  type TestBroker,
} from '../harness.js';

type Placed = Message<DataOf<typeof orderPlaced>>;
type Handle = (message: Placed) => Promise<void> | void;

/** A controller whose one handler is given as a function. */
function keeper(handle: Handle): Type {
  @Controller()
  class Keeper {
    @Consumes(orderPlaced, { queue: 'shop.keep' })
    async handle(message: Placed): Promise<void> {
      await handle(message);
    }
  }
  return Keeper;
}

const numbersOf = (seen: readonly Placed[]) => seen.map(({ data }) => data.n).sort((a, b) => a - b);

export function consumingSuite(broker: () => TestBroker): void {
  describe('consuming', () => {
    const manifest = manifestOf(queueSpec('shop.keep', [orderPlaced]));
    let playground: Playground;

    beforeEach(async () => {
      playground = new Playground(broker());
      await playground.apply(manifest);
    });
    afterEach(() => playground.remove());

    const start = async (handle: Handle, options = {}, serving: Partial<RabbitServerOptions> = {}) => {
      const connections = playground.connections(manifest, options);
      await connections.open();
      const server = await playground.startWith(serving, connections, keeper(handle));
      return { connections, server, publisher: connections.publisher() };
    };

    it('gives a handler the parsed message', async () => {
      const seen: Placed[] = [];
      const { publisher } = await start((message) => void seen.push(message));
      const sent = aMessage(orderPlaced, { order: 'a', n: 7 }, { subject: 'a', entityVersion: { epoch: 1, n: 2 } });
      await publisher.publish([sent]);
      await eventually(() => seen.length === 1);
      expect(seen[0]).toMatchObject({
        id: sent.envelope.id,
        type: orderPlaced.type,
        tenantId: sent.envelope.tenantid,
        actor: { kind: 'system', id: 'orders' },
        entityVersion: { epoch: 1, n: 2 },
        data: { order: 'a', n: 7 },
      });
    });

    it('waits with a message while nothing can be handled, and gives it back when it stops meanwhile', async () => {
      const away = new AppError('unavailable', 'test.away', 'The database is away.');
      let attempts = 0;
      let isAway = true;
      const { publisher, server } = await start(
        () => {
          attempts += 1;
          if (isAway) throw away;
        },
        {},
        { isOutage: (error: unknown) => error === away },
      );
      await publisher.publish([aMessage(orderPlaced, { order: 'a', n: 1 })]);
      await eventually(() => attempts >= 3);
      expect(server.stats()).toMatchObject([{ handled: 0, retried: 0, deadLettered: 0, inFlight: 1 }]);
      isAway = false;
      await eventually(() => server.stats()[0]?.handled === 1);

      isAway = true;
      await publisher.publish([aMessage(orderPlaced, { order: 'a', n: 2 })]);
      const before = attempts;
      await eventually(() => attempts > before);
      await server.drain();
      await eventually(async () => (await playground.take('shop.keep')).length === 1);
    });

    it('climbs the retry ladder and ends in the dead letters with the reason', async () => {
      const logger = recordingLogger();
      let attempts = 0;
      const { publisher, server } = await start(
        () => {
          attempts += 1;
          throw new Error('the shop is closed');
        },
        { logger },
      );
      const sent = aMessage(orderPlaced, { order: 'a', n: 1 });
      await publisher.publish([sent]);
      const dead = await eventually(async () => (await playground.take('shop.keep.dead'))[0]);
      expect(attempts).toBe(3);
      expect(dead.properties.messageId).toBe(sent.envelope.id);
      expect(dead.properties.headers).toMatchObject({
        'x-attempt': 3,
        'x-error-code': 'message.handler_failed',
        'x-error-message': 'the shop is closed',
        'x-failed-at': expect.stringMatching(/^\d{4}-/) as string,
      });
      expect(server.stats()).toMatchObject([{ queue: 'shop.keep', handled: 0, retried: 2, deadLettered: 1 }]);
      expect(logger.lines.filter(({ fields }) => 'code' in fields).map(({ level }) => level)).toEqual([
        'warn',
        'warn',
        'error',
      ]);
    });

    it('handles a message at last when a retry succeeds', async () => {
      const seen: Placed[] = [];
      let attempts = 0;
      const { publisher } = await start((message) => {
        attempts += 1;
        if (attempts < 3) throw new AppError('unavailable', 'shop.closed', 'Come back later.');
        seen.push(message);
      });
      await publisher.publish([aMessage(orderPlaced, { order: 'a', n: 1 })]);
      await eventually(() => seen.length === 1);
      expect(await playground.take('shop.keep.dead')).toEqual([]);
    });

    it('brings a message back to the queue where it failed and to no other, as it was', async () => {
      const both = manifestOf(queueSpec('shop.keep', [orderPlaced]), queueSpec('shop.count', [orderPlaced]));
      await playground.apply(both);
      const publisher = playground.connections(both).publisher();
      await publisher.ready(5_000);
      await start(() => {
        throw new Error('the shop is closed');
      });
      const sent = toStored(aMessage(orderPlaced, { order: 'a', n: 1 }));
      const raw = publisher.toRaw(sent);
      await publisher.publish([{ ...raw, properties: { ...raw.properties, headers: { traceparent: 'a-trace' } } }]);
      const dead = await eventually(async () => (await playground.take('shop.keep.dead'))[0]);
      expect(dead.content.toString()).toBe(sent.envelope);
      expect(dead.properties).toMatchObject({
        messageId: raw.properties.messageId as string,
        type: orderPlaced.type,
        contentType: raw.properties.contentType,
        deliveryMode: 2,
        headers: { traceparent: 'a-trace', 'x-attempt': 3 },
      });
      expect(await playground.take('shop.count')).toHaveLength(1);
    });

    it('does not retry what cannot succeed', async () => {
      let attempts = 0;
      const { publisher } = await start(() => {
        attempts += 1;
        throw new AppError('validation', 'order.impossible', 'There is no such thing.');
      });
      await publisher.publish([aMessage(orderPlaced, { order: 'a', n: 1 })]);
      const dead = await eventually(async () => (await playground.take('shop.keep.dead'))[0]);
      expect(dead.properties.headers).toMatchObject({ 'x-error-code': 'order.impossible', 'x-attempt': 1 });
      expect(attempts).toBe(1);
    });

    it('sets aside at once a command of somebody who may not send it, and no handler sees it', async () => {
      const seen: Message[] = [];
      @Controller()
      class Shipping {
        @Consumes(shipOrder, { queue: 'shop.ship' })
        ship(message: Message<DataOf<typeof shipOrder>>): void {
          seen.push(message);
        }
      }
      const shipping = manifestOf(queueSpec('shop.ship', [shipOrder]));
      await playground.apply(shipping);
      const connections = playground.connections(shipping);
      await connections.open();
      await playground.start(connections, Shipping);
      const sent = aMessage(shipOrder, { order: 'a' }, { lane: 'normal' });
      const refused = { ...sent, envelope: { ...sent.envelope, actor: 'person:p1;viewer' } };
      await connections.publisher().publish([refused, sent]);
      const dead = await eventually(async () => (await playground.take('shop.ship.dead'))[0]);
      expect(dead.properties.headers).toMatchObject({
        'x-attempt': 1,
        'x-error-code': 'access.denied',
        'x-error-message': 'This needs the permission runs.start.',
      });
      await eventually(() => expect(seen.map(({ actor }) => actor.kind)).toEqual(['system']));
    });

    it('sets aside what it cannot read, with the reason, and goes on with the next message', async () => {
      const seen: Placed[] = [];
      const { publisher } = await start((message) => void seen.push(message));
      const good = aMessage(orderPlaced, { order: 'a', n: 1 });
      const unknown = { ...good.envelope, type: 'firmbridge.orders.order-eaten.v1' };
      const breach = { ...good.envelope, data: { order: 'very secret', n: 'one' } };
      const unbound = aMessage(nobodysEvent, {}).envelope;
      const raw = (content: string) => ({
        exchange: '',
        routingKey: `${playground.namespace}.shop.keep`,
        content: Buffer.from(content),
        properties: { messageId: randomUUID(), persistent: true, mandatory: true },
      });
      await publisher.publish([
        raw('{"not json'),
        raw('{"specversion":"1.0"}'),
        raw(JSON.stringify(unknown)),
        raw(JSON.stringify(breach)),
        raw(JSON.stringify(unbound)),
        good,
      ]);
      await eventually(() => seen.length === 1);
      const dead: ConsumeMessage[] = [];
      await eventually(async () => dead.push(...(await playground.take('shop.keep.dead'))) === 5);
      expect(dead.map(({ properties }) => properties.headers?.['x-error-code'] as string).sort()).toEqual([
        'message.schema_breach',
        'message.unknown_type',
        'message.unknown_type',
        'message.unparsable',
        'message.unparsable',
      ]);
      const reasons = dead.map(({ properties }) => String(properties.headers?.['x-error-message']));
      expect(reasons).toContain(`The data breaks ${orderPlaced.type} at n (invalid_type).`);
      expect(reasons.join()).not.toContain('very secret');
    });

    it('consumes again after its queue was deleted and declared anew', async () => {
      const seen: Placed[] = [];
      const { publisher, server } = await start((message) => void seen.push(message));
      await publisher.publish([aMessage(orderPlaced, { order: 'a', n: 1 })]);
      await eventually(() => seen.length === 1);
      const channel = await playground.channel();
      await channel.deleteQueue(`${playground.namespace}.shop.keep`);
      await eventually(() => server.stats()[0]?.attached === false);
      await playground.apply(manifest);
      await publisher.publish([aMessage(orderPlaced, { order: 'a', n: 2 })]);
      await eventually(() => seen.length === 2);
      expect(numbersOf(seen)).toEqual([1, 2]);
    });

    it('goes on after its channel was closed amid work, and loses nothing', async () => {
      const seen: Placed[] = [];
      const logger = recordingLogger();
      const connections = playground.connections(manifest, { logger });
      const channels: Channel[] = [];
      connections.consuming.onUp((model) => {
        const create = model.createChannel.bind(model);
        model.createChannel = async () => {
          const channel = await create();
          channels.push(channel);
          return channel;
        };
      });
      await playground.start(
        connections,
        keeper((message) => void seen.push(message)),
      );
      const publisher = connections.publisher();
      // An acknowledgement with a tag of no delivery makes the broker close the channel.
      const forceClose = () => channels[0]?.ack({ fields: { deliveryTag: 999_999 } } as AmqpMessage);
      const messages = Array.from({ length: 200 }, (_, n) => aMessage(orderPlaced, { order: 'a', n }));
      await publisher.publish(messages.slice(0, 100));
      forceClose();
      await publisher.publish(messages.slice(100));
      await eventually(() => new Set(numbersOf(seen)).size === 200);
      expect(logger.lines.filter(({ message }) => message.startsWith('lost a channel'))).toHaveLength(1);
    });

    it('finishes what it has begun before it closes, and takes nothing more', async () => {
      const done: number[] = [];
      let release: () => void = () => undefined;
      const released = new Promise<void>((resolve) => (release = resolve));
      let begun = 0;
      const { publisher, server } = await start(async (message) => {
        begun += 1;
        await released;
        done.push(message.data.n);
      });
      await publisher.publish([aMessage(orderPlaced, { order: 'a', n: 1 })]);
      await eventually(() => begun === 1);
      const draining = server.drain();
      await publisher.publish([aMessage(orderPlaced, { order: 'a', n: 2 })]);
      release();
      await draining;
      expect(done).toEqual([1]);
      await playground.close();
      const left = await playground.take('shop.keep');
      expect(left).toHaveLength(1);
    });

    it('works on no more messages at a time than the manifest says', async () => {
      let now = 0;
      let most = 0;
      let handled = 0;
      const { publisher } = await start(async () => {
        now += 1;
        most = Math.max(most, now);
        await new Promise((resolve) => setImmediate(resolve));
        now -= 1;
        handled += 1;
      });
      await publisher.publish(Array.from({ length: 100 }, (_, n) => aMessage(orderPlaced, { order: 'a', n })));
      await eventually(() => handled === 100);
      expect(most).toBeLessThanOrEqual(10);
    });
  });
}

export function wiringSuite(broker: () => TestBroker): void {
  describe('wiring', () => {
    let playground: Playground;

    beforeEach(() => {
      playground = new Playground(broker());
    });
    afterEach(() => playground.remove());

    const twoMessages = manifestOf(queueSpec('shop.keep', [orderPlaced, orderPaid]));

    it('refuses to start when a bound message has no handler', async () => {
      const starting = playground.start(
        playground.connections(twoMessages),
        keeper(() => undefined),
      );
      await expect(starting).rejects.toMatchObject({
        code: 'messaging.wrong_handlers',
        details: { problems: [`nothing handles shop.keep ${orderPaid.type}`] },
      });
    });

    it('refuses to start when a message has two handlers', async () => {
      const manifest = manifestOf(queueSpec('shop.keep', [orderPlaced]));
      const nothing = () => undefined;
      const starting = playground.start(playground.connections(manifest), keeper(nothing), keeper(nothing));
      await expect(starting).rejects.toMatchObject({
        details: { problems: [`two methods handle shop.keep ${orderPlaced.type}`] },
      });
    });

    it('refuses to start with a handler for a queue that is not its own', async () => {
      const starting = playground.start(
        playground.connections(manifestOf()),
        keeper(() => undefined),
      );
      await expect(starting).rejects.toMatchObject({ code: 'messaging.wrong_handlers' });
    });

    it('refuses to start without its queue and says so', async () => {
      const manifest = manifestOf(queueSpec('shop.keep', [orderPlaced]));
      const starting = playground.start(
        playground.connections(manifest),
        keeper(() => undefined),
      );
      await expect(starting).rejects.toMatchObject({
        code: 'topology.missing',
        message: expect.stringContaining(`${playground.namespace}.shop.keep`) as string,
      });
    });

    it('has started when it can publish, too', async () => {
      const manifest = manifestOf(queueSpec('shop.keep', [orderPlaced]));
      await playground.apply(manifest);
      const { connect, allow } = publishingLate(playground.broker.connect);
      const connections = playground.connections(manifest, { connect });
      const seen: Placed[] = [];
      let started = false;
      const starting = playground
        .start(
          connections,
          keeper((message) => void seen.push(message)),
        )
        .then(() => (started = true));
      const name = `${playground.namespace}.shop.keep`;
      const channel = await playground.channel();
      await eventually(async () => (await channel.checkQueue(name)).consumerCount === 1);
      expect(started).toBe(false);
      allow();
      await starting;
      expect(await connections.publisher().publish([aMessage(orderPlaced, { order: 'a', n: 1 })])).toEqual([
        'confirmed',
      ]);
      await eventually(() => seen.length === 1);
    });

    it('routes each message to its own handler: several contracts, a lane, a pattern', async () => {
      const seen: string[] = [];
      const note = (handler: string, { type }: Message<unknown>) => void seen.push(`${handler} ${type.slice(11)}`);
      @Controller()
      class Handlers {
        @Consumes([orderPlaced, orderPaid], { queue: 'shop.keep' })
        keep(message: Message<DataOf<typeof orderPlaced> | DataOf<typeof orderPaid>>): void {
          note('keep', message);
        }

        @Consumes(shipOrder, { queue: 'shop.ship' })
        @Consumes(shipOrder, { queue: 'shop.ship-soon' })
        ship(message: Message<DataOf<typeof shipOrder>>): void {
          note('ship', message);
        }

        @Consumes(everyOrder, { queue: 'shop.watch' })
        watch(message: Message<unknown>): void {
          note('watch', message);
        }
      }
      const manifest = manifestOf(
        queueSpec('shop.keep', [orderPlaced, orderPaid]),
        queueSpec('shop.watch', [everyOrder]),
        queueSpec('shop.ship', [], { bindings: [{ source: shipOrder, lane: 'normal' }] }),
        queueSpec('shop.ship-soon', [], { bindings: [{ source: shipOrder, lane: 'express' }] }),
      );
      await playground.apply(manifest);
      const connections = playground.connections(manifest);
      await playground.start(connections, Handlers);
      const results = await connections
        .publisher()
        .publish([
          aMessage(orderPlaced, { order: 'a', n: 1 }),
          aMessage(orderPaid, { order: 'a', n: 1 }),
          aMessage(shipOrder, { order: 'a' }, { lane: 'express' }),
          aMessage(shipOrder, { order: 'a' }, { lane: 'normal' }),
        ]);
      expect(results).toEqual(['confirmed', 'confirmed', 'confirmed', 'confirmed']);
      await eventually(() => seen.length === 6);
      expect(seen.sort()).toEqual([
        'keep orders.order-paid.v1',
        'keep orders.order-placed.v1',
        'ship shipping.ship-order.v1',
        'ship shipping.ship-order.v1',
        'watch orders.order-paid.v1',
        'watch orders.order-placed.v1',
      ]);
    });
  });
}

const everyOrder = { exchange: 'events', pattern: 'orders.#' } as const;
