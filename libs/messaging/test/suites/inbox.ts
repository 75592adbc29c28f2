import type { DataOf, Message } from '@firmbridge/contracts';
import { schemaDrift, type Database } from '@firmbridge/database';
import { createTestDatabase, eventually, type TestDatabase } from '@firmbridge/testing';
import { Controller } from '@nestjs/common';
import { Consumes, decodeMessage, Inbox, sweepInbox } from '../../src/index.js';
import {
  aMessage,
  manifestOf,
  orderPlaced,
  Playground,
  queueSpec,
  shopSchema,
  tenantId,
  testContracts,
  type TestBroker,
} from '../harness.js';

const manifest = manifestOf(queueSpec('shop.keep', [orderPlaced]));

export function inboxSuite(broker: () => TestBroker): void {
  describe('inbox', () => {
    let databases: TestDatabase;
    let database: Database;
    let playground: Playground;

    beforeAll(async () => {
      databases = await createTestDatabase({ services: [shopSchema] });
      database = await databases.connect(shopSchema);
    });
    afterAll(() => databases.drop());
    beforeEach(async () => {
      playground = new Playground(broker());
      await playground.apply(manifest);
    });
    afterEach(async () => {
      await playground.remove();
      await database.acrossTenants((tx) => tx.query('delete from effect'));
    });

    const keepEffect = (inbox: Inbox, message: Message) =>
      inbox.once('shop.keep', message, async (tx) => {
        await tx.query('insert into effect (tenant_id, message_id) values ($1, $2)', [message.tenantId, message.id]);
      });

    const effects = () =>
      database.inTenant(tenantId, (tx) => tx.query<{ message_id: string }>('select message_id from effect'));

    const replica = async () => {
      const inbox = new Inbox(database);
      @Controller()
      class Keep {
        @Consumes(orderPlaced, { queue: 'shop.keep' })
        async keep(message: Message<DataOf<typeof orderPlaced>>): Promise<void> {
          await keepEffect(inbox, message);
        }
      }
      const connections = playground.connections(manifest);
      const server = await playground.start(connections, Keep);
      return { inbox, server, publisher: connections.publisher() };
    };

    it('has the effect of a message once, however often and to how many replicas it is delivered', async () => {
      const replicas = [await replica(), await replica()];
      const messages = Array.from({ length: 20 }, (_, n) => aMessage(orderPlaced, { order: 'a', n }));
      await replicas[0]?.publisher.publish([...messages, ...messages, ...messages]);
      const handled = () => replicas.reduce((sum, { server }) => sum + (server.stats()[0]?.handled ?? 0), 0);
      await eventually(() => handled() === 60);
      expect((await effects()).map(({ message_id }) => message_id).sort()).toEqual(
        messages.map(({ envelope }) => envelope.id).sort(),
      );
      expect(replicas.reduce((sum, { inbox }) => sum + inbox.stats().duplicates, 0)).toBe(40);
    });

    const aDelivery = (time?: string) => {
      const { envelope } = aMessage(orderPlaced, { order: 'a', n: 1 });
      const content = Buffer.from(JSON.stringify({ ...envelope, ...(time === undefined ? {} : { time }) }));
      return decodeMessage(content, testContracts);
    };

    it('lets one of two deliveries at the same moment do the work', async () => {
      const message = aDelivery();
      const inboxes = [new Inbox(database), new Inbox(database)];
      const outcomes = await Promise.all(inboxes.map((inbox) => keepEffect(inbox, message)));
      expect([...outcomes].sort()).toEqual(['duplicate', 'handled']);
      expect(await effects()).toHaveLength(1);
    });

    it('does the work when the delivery before it failed', async () => {
      const message = aDelivery();
      const inbox = new Inbox(database);
      const failing = inbox.once('shop.keep', message, () => Promise.reject(new Error('no')));
      await expect(failing).rejects.toThrow('no');
      expect(await keepEffect(inbox, message)).toBe('handled');
    });

    it('tells the queues of a message apart', async () => {
      const message = aDelivery();
      const inbox = new Inbox(database);
      await keepEffect(inbox, message);
      expect(await inbox.once('shop.other', message, async () => undefined)).toBe('handled');
    });

    it('forgets messages older than 30 days', async () => {
      const inbox = new Inbox(database);
      const days = (count: number) => new Date(Date.now() - count * 86_400_000).toISOString();
      const [old, recent] = [aDelivery(days(31)), aDelivery(days(29))];
      await keepEffect(inbox, old);
      await keepEffect(inbox, recent);
      expect(await sweepInbox(database)).toBe(1);
      expect(await keepEffect(inbox, recent)).toBe('duplicate');
      expect(await keepEffect(inbox, old)).toBe('handled');
    });

    it('has tables that fit their entities', async () => {
      expect(await schemaDrift(database)).toBe('');
    });
  });
}
