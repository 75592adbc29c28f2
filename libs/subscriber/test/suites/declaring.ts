import { eventually } from '@firmbridge/testing';
import { anEntity } from '@firmbridge/subscriber/kit';
import type { EntityEvent } from '../../src/index.js';
import { Platform, type TestBroker } from '../harness.js';

const nothing = () => undefined;

export function declaringSuite(broker: () => TestBroker): void {
  describe('declaring', () => {
    let platform: Platform;

    beforeEach(async () => {
      platform = await Platform.open(broker());
    });
    afterEach(() => platform.close());

    it('says that the platform is not there', async () => {
      const nowhere = `${platform.namespace}_elsewhere`;
      await expect(platform.subscribe({ namespace: nowhere, on: { '*': nothing } })).rejects.toMatchObject({
        code: 'subscriber.no_platform',
        message: expect.stringContaining(`no exchange ${nowhere}.entities`) as string,
      });
      expect(await platform.exists(platform.queue)).toBe(false);
    });

    it('says what is different about a queue that exists already', async () => {
      const { queue } = platform;
      platform.willRemove(queue);
      const others = { 'x-queue-type': 'quorum', 'x-delivery-limit': 3 };
      await platform.use((channel) => channel.assertQueue(queue, { durable: true, arguments: others }));
      await expect(platform.subscribe({ on: { '*': nothing } })).rejects.toMatchObject({
        code: 'subscriber.other_arguments',
        details: { queue },
        message: expect.stringMatching(
          new RegExp(`${queue} exists and is another: on the broker x-[a-z-]+ is (none|3), this subscriber declares `),
        ) as string,
      });
    });

    it('names both sides of the difference', async () => {
      const { queue } = platform;
      const dead = `${queue}.dead`;
      platform.willRemove(dead);
      const others = { 'x-queue-type': 'quorum', 'x-delivery-limit': 3 };
      await platform.use((channel) => channel.assertQueue(dead, { durable: true, arguments: others }));
      await expect(platform.subscribe({ on: { '*': nothing } })).rejects.toMatchObject({
        details: { queue: dead, argument: 'x-delivery-limit', current: '3', wanted: '1000000000' },
      });
    });

    it('lets go of bindings of handlers there were before', async () => {
      const seen: EntityEvent[] = [];
      const before = await platform.subscribe({ on: { 'matter.*': nothing, 'bill.created': nothing } });
      await before.stop();
      const subscription = await platform.subscribe({ on: { 'matter.created': ({ event }) => void seen.push(event) } });
      const matter = anEntity('matter');
      await platform.publish(anEntity('bill').created(), matter.updated({}), matter.created());
      await eventually(() => seen.length === 1);
      expect(subscription.stats()).toMatchObject({ handled: 1, unhandled: 0 });
    });

    it('collects events while no process runs', async () => {
      const before = await platform.subscribe({ on: { '*': nothing } });
      await before.stop();
      await platform.publish(anEntity('matter').created(), anEntity('matter').created());
      const after = await platform.subscribe({ on: { '*': nothing } });
      await eventually(() => after.stats().handled === 2);
    });

    it.each([
      ['without handlers', { on: {} }, 'subscriber.wrong_handlers'],
      ['for an event there is not', { on: { 'case.*': nothing } }, 'subscriber.wrong_handlers'],
      [
        'that wants newest versions without an inbox',
        { on: { '*': nothing }, newestOnly: true },
        'subscriber.no_inbox',
      ],
      ['with a wait of half a millisecond', { on: { '*': nothing }, retryDelaysMs: [0.5] }, 'subscriber.wrong_number'],
      ['with a name that is no queue name', { on: { '*': nothing }, queue: 'my queue' }, 'subscriber.wrong_queue_name'],
    ])('refuses a subscription %s', async (_, options, code) => {
      await expect(platform.subscribe(options as { on: object })).rejects.toMatchObject({ code });
    });

    it("refuses a queue name of the platform's own", async () => {
      const queue = `${platform.namespace}.mapping.keep-links`;
      await expect(platform.subscribe({ queue, on: { '*': nothing } })).rejects.toMatchObject({
        message: expect.stringContaining(`begin with ${platform.namespace}. are the platform's own`) as string,
      });
    });
  });
}
