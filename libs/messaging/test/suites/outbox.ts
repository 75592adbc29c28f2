import type { Database } from '@firmbridge/database';
import { createTestDatabase, eventually, type TestDatabase } from '@firmbridge/testing';
import type { ConsumeMessage } from 'amqplib';
import { Outbox, OutboxRelay, type StoppedMessage, silentLogger, type BrokerConnections } from '../../src/index.js';
import {
  aMessage,
  anotherTenantId,
  manifestOf,
  nobodysEvent,
  orderPaid,
  orderPlaced,
  Playground,
  queueSpec,
  recordingLogger,
  shopSchema,
  tenantId,
  type TestBroker,
} from '../harness.js';
import { terminateRelays } from '../terminate-relays.js';

const manifest = manifestOf(queueSpec('shop.keep', [orderPlaced, orderPaid]));

function dataOf({ content }: ConsumeMessage): { order: string; n: number } {
  return (JSON.parse(content.toString()) as { data: { order: string; n: number } }).data;
}

export function outboxSuite(broker: () => TestBroker): void {
  describe('outbox and relay', () => {
    let databases: TestDatabase;
    let database: Database;
    let outbox: Outbox;
    let playground: Playground;
    let stopped: StoppedMessage[];

    beforeAll(async () => {
      databases = await createTestDatabase({ services: [shopSchema] });
      database = await databases.connect(shopSchema, { poolMax: 20 });
    });
    afterAll(() => databases.drop());

    beforeEach(async () => {
      stopped = [];
      outbox = new Outbox(database);
      playground = new Playground(broker());
      await playground.apply(manifest);
    });
    afterEach(async () => {
      await playground.remove();
      await database.acrossTenants((tx) => tx.query('delete from outbox_message'));
    });

    const relayOn = (connections: BrokerConnections, logger = silentLogger) => {
      const publisher = connections.publisher();
      const onStopped = (message: StoppedMessage) => void stopped.push(message);
      const relay = new OutboxRelay({ database, outbox, publisher, logger, onStopped, pollMs: 50 });
      playground.later(() => relay.stop());
      relay.start();
      return relay;
    };

    const startRelay = async (logger = silentLogger) => {
      const connections = playground.connections(manifest);
      await connections.open();
      return relayOn(connections, logger);
    };

    const rowsLeft = () =>
      database.acrossTenants((tx) =>
        tx.query<{ ordering_key: string }>('select ordering_key from outbox_message order by id'),
      );

    it('publishes what was committed and nothing of what was rolled back', async () => {
      const relay = await startRelay();
      await database.inTenant(tenantId, (tx) => outbox.add(tx, [aMessage(orderPlaced, { order: 'a', n: 1 })]));
      const rolledBack = database.inTenant(tenantId, async (tx) => {
        await outbox.add(tx, [aMessage(orderPlaced, { order: 'a', n: 2 })]);
        throw new Error('changed my mind');
      });
      await expect(rolledBack).rejects.toThrow('changed my mind');
      await database.inTenant(anotherTenantId, (tx) =>
        outbox.add(tx, [aMessage(orderPlaced, { order: 'a', n: 3 }, { tenant: anotherTenantId })]),
      );
      await relay.idle();
      expect((await playground.take('shop.keep')).map(dataOf).map(({ n }) => n)).toEqual(
        expect.arrayContaining([1, 3]),
      );
      expect(relay.stats()).toMatchObject({ depth: 0, published: 2, returned: 0 });
    });

    it('refuses a message of another tenant', async () => {
      const message = aMessage(orderPlaced, { order: 'a', n: 1 }, { tenant: anotherTenantId });
      await expect(database.inTenant(tenantId, (tx) => outbox.add(tx, [message]))).rejects.toThrow(
        /row-level security/,
      );
    });

    it('keeps the order of one insert and every character of the data', async () => {
      const relay = await startRelay();
      const awkward = 'Zoë "q" \\u0000 \u0000 \u2028 👩‍⚖️';
      const messages = Array.from({ length: 1_200 }, (_, n) =>
        aMessage(n % 2 === 0 ? orderPlaced : orderPaid, { order: awkward, n }, { orderingKey: 'one' }),
      );
      await database.inTenant(tenantId, (tx) => outbox.add(tx, messages));
      await relay.idle();
      const taken = (await playground.take('shop.keep')).map(dataOf);
      expect(taken.map(({ n }) => n)).toEqual(messages.map((_, n) => n));
      expect(new Set(taken.map(({ order }) => order))).toEqual(new Set([awkward]));
    });

    it('keeps a message that no queue got, holds back its key and nothing else, and goes on when it can', async () => {
      const logger = recordingLogger();
      const relay = await startRelay(logger);
      const channel = await playground.channel();
      const [queue, exchange] = [`${playground.namespace}.shop.keep`, `${playground.namespace}.events`];
      await channel.unbindQueue(queue, exchange, 'orders.order-paid');
      const blocked = { orderingKey: 'blocked' };
      await database.inTenant(tenantId, (tx) =>
        outbox.add(tx, [
          aMessage(orderPlaced, { order: 'blocked', n: 1 }, blocked),
          aMessage(orderPaid, { order: 'blocked', n: 2 }, blocked),
          aMessage(orderPlaced, { order: 'blocked', n: 3 }, blocked),
          ...Array.from({ length: 20 }, (_, n) =>
            aMessage(orderPlaced, { order: 'free', n }, { orderingKey: `k${n}` }),
          ),
        ]),
      );
      await eventually(async () => (await rowsLeft()).length === 2);
      await database.inTenant(tenantId, (tx) =>
        outbox.add(tx, [
          aMessage(orderPlaced, { order: 'blocked', n: 4 }, blocked),
          aMessage(orderPlaced, { order: 'free', n: 20 }, { orderingKey: 'k20' }),
        ]),
      );
      await eventually(async () => (await rowsLeft()).length === 3);
      const before = (await playground.take('shop.keep')).map(dataOf);
      expect(before.filter(({ order }) => order === 'blocked')).toEqual([{ order: 'blocked', n: 1 }]);
      expect(before.filter(({ order }) => order === 'free')).toHaveLength(21);
      expect(relay.stats()).toMatchObject({ stoppedKeys: 1 });
      expect(relay.stats().returned).toBeGreaterThan(0);
      expect(logger.lines).toContainEqual(
        expect.objectContaining({
          level: 'error',
          fields: { orderingKey: 'blocked', messageId: expect.any(String) as string, type: orderPaid.type },
        }),
      );
      expect(stopped).toMatchObject([{ orderingKey: 'blocked', type: orderPaid.type, tenantId }]);

      await channel.bindQueue(queue, exchange, 'orders.order-paid');
      await relay.idle();
      expect((await playground.take('shop.keep')).map(dataOf)).toEqual([2, 3, 4].map((n) => ({ order: 'blocked', n })));
      expect(relay.stats()).toMatchObject({ stoppedKeys: 0, depth: 0 });
    });

    it('lets an event nobody is bound to go', async () => {
      const relay = await startRelay();
      await database.inTenant(tenantId, (tx) => outbox.add(tx, [aMessage(nobodysEvent, {})]));
      await relay.idle();
      expect(relay.stats()).toMatchObject({ published: 1, returned: 0 });
    });

    it('waits while the broker is away and loses nothing', async () => {
      const connections = playground.connections(manifest);
      const relay = relayOn(connections);
      await connections.open();
      await connections.publishing.current?.close();
      await database.inTenant(tenantId, (tx) => outbox.add(tx, [aMessage(orderPlaced, { order: 'a', n: 1 })]));
      await relay.idle();
      expect(await playground.take('shop.keep')).toHaveLength(1);
    });

    it('publishes for a replica that owns no partition', async () => {
      const relay = await startRelay();
      await eventually(() => relay.stats().partitions === 8);
      const elsewhere = new Outbox(database);
      const connections = playground.connections(manifest);
      await connections.open();
      const standby = new OutboxRelay({
        database,
        outbox: elsewhere,
        publisher: connections.publisher(),
        logger: silentLogger,
        pollMs: 60_000,
      });
      playground.later(() => standby.stop());
      standby.start();
      await eventually(() => standby.stats().partitions === 0);
      await database.inTenant(tenantId, (tx) => elsewhere.add(tx, [aMessage(orderPlaced, { order: 'a', n: 1 })]));
      await relay.idle();
      expect(relay.stats().published).toBe(1);
      await relay.stop();
      standby.wake();
    });

    it('loses no message and keeps the order of each key with 16 writers and relays that are killed amid batches', async () => {
      const keys = 20;
      const perWriter = 40;
      const replicas = [playground.connections(manifest), playground.connections(manifest)];
      for (const connections of replicas) {
        await connections.open();
        relayOn(connections);
      }
      await database.inTenant(tenantId, (tx) =>
        tx.query(
          `insert into counter (tenant_id, name, n) select $1, 'k' || i, 0 from generate_series(0, $2::int - 1) i on conflict (tenant_id, name) do update set n = 0`,
          [tenantId, keys],
        ),
      );
      let writing = true;
      const write = async (writer: number) => {
        for (let i = 0; i < perWriter; i++) {
          const order = `k${(writer * 7 + i * 3) % keys}`;
          await database.inTenant(tenantId, async (tx) => {
            const [row] = await tx.query<{ n: number }>(
              'update counter set n = n + 3 where tenant_id = $1 and name = $2 returning n',
              [tenantId, order],
            );
            const n = row?.n ?? 0;
            const messages = [n - 2, n - 1, n].map((each) =>
              aMessage(each % 2 === 0 ? orderPlaced : orderPaid, { order, n: each }, { orderingKey: order }),
            );
            await outbox.add(tx, messages);
          });
        }
      };
      const kills = { database: 0, broker: 0 };
      const kill = async () => {
        while (writing && kills.broker < 12) {
          const busy = replicas.find((connections) => connections.publisher().stats().inFlight > 0);
          await busy?.publishing.current?.close();
          if (busy !== undefined) kills.broker += 1;
          if (kills.broker > 3 * kills.database) kills.database += await terminateRelays(databases.url);
          await new Promise((resolve) => setImmediate(resolve));
        }
      };
      const killing = kill();
      await Promise.all(Array.from({ length: 16 }, (_, writer) => write(writer))).finally(() => (writing = false));
      await killing;
      expect(kills.broker).toBeGreaterThan(0);
      expect(kills.database).toBeGreaterThan(0);
      await eventually(async () => (await rowsLeft()).length === 0, { timeoutMs: 20_000 });

      const taken = (await playground.take('shop.keep')).map(dataOf);
      const first = new Map<string, number[]>();
      for (const { order, n } of taken) {
        const seen = first.get(order) ?? [];
        if (!seen.includes(n)) seen.push(n);
        first.set(order, seen);
      }
      const inOrder = [...first.values()].every((numbers) => numbers.every((n, index) => n === index + 1));
      expect(inOrder).toBe(true);
      expect([...first.values()].flat()).toHaveLength(16 * perWriter * 3);
    });
  });
}
