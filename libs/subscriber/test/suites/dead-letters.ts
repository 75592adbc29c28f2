import { eventually } from '@firmbridge/testing';
import { anEntity } from '@firmbridge/subscriber/kit';
import { deadLetters, memoryInbox, type EntityEvent } from '../../src/index.js';
import { Platform, type TestBroker } from '../harness.js';

export function deadLettersSuite(broker: () => TestBroker): void {
  describe('dead letters', () => {
    let platform: Platform;
    let seen: EntityEvent[];
    let broken: boolean;
    const letters = () => deadLetters({ ...platform.broker, queue: platform.queue });

    beforeEach(async () => {
      platform = await Platform.open(broker());
      seen = [];
      broken = true;
    });
    afterEach(() => platform.close());

    const subscription = () =>
      platform.subscribe({
        inbox: memoryInbox(),
        retryDelaysMs: [20],
        on: {
          '*': ({ event }) => {
            if (broken) throw new Error(`no ink for ${event.entityType}`);
            seen.push(event);
          },
        },
      });

    it('can be looked at as often as one likes', async () => {
      const { stats } = await subscription().then((running) => ({ stats: () => running.stats() }));
      const [matter, bill] = [anEntity('matter').created(), anEntity('bill').created()];
      await platform.publish(matter);
      await eventually(() => stats().deadLettered === 1);
      await platform.publish(bill);
      await eventually(() => stats().deadLettered === 2);
      for (let look = 0; look < 30; look += 1) await letters().list();
      const found = await letters().list();
      expect(found).toMatchObject([
        { id: matter.id, type: matter.type, code: 'message.handler_failed', reason: 'no ink for matter', attempts: 2 },
        { id: bill.id, reason: 'no ink for bill', body: JSON.stringify(bill) },
      ]);
      expect(found[0]?.failedAt).toMatch(/^\d{4}-/);
      expect(await letters().list(1)).toHaveLength(1);
    });

    it('are sent again with all attempts before them, one or all', async () => {
      const running = await subscription();
      const events = [anEntity('matter').created(), anEntity('matter').created(), anEntity('matter').created()];
      await platform.publish(...events);
      await eventually(() => running.stats().deadLettered === 3);
      expect(await letters().resend([events[1]?.id ?? ''])).toBe(1);
      await eventually(() => running.stats().deadLettered === 4);
      expect(running.stats().retried).toBe(4);
      expect(await letters().list()).toHaveLength(3);
      broken = false;
      expect(await letters().resend('all')).toBe(3);
      await eventually(() => running.stats().handled === 3);
      expect(seen.map(({ id }) => id).sort()).toEqual(events.map(({ id }) => id).sort());
      expect(await letters().list()).toEqual([]);
    });

    it('stay when the queue they are for is not there', async () => {
      const running = await subscription();
      await platform.publish(anEntity('matter').created());
      await eventually(() => running.stats().deadLettered === 1);
      await running.stop();
      await platform.use((channel) => channel.deleteQueue(platform.queue));
      await expect(letters().resend('all')).rejects.toMatchObject({ code: 'dead_letters.not_resent' });
      expect(await letters().list()).toHaveLength(1);
    });

    it('are thrown away when a person says so', async () => {
      const running = await subscription();
      const [kept, discarded] = [anEntity('matter').created(), anEntity('matter').created()];
      await platform.publish(kept, discarded);
      await platform.put(platform.queue, '{"no json');
      await eventually(() => running.stats().deadLettered === 3);
      const nameless = (await letters().list()).find(({ type }) => type === null);
      expect(nameless).toMatchObject({ code: 'message.unparsable', id: expect.stringMatching(/^sha256:/) as string });
      expect(await letters().discard([discarded.id, nameless?.id ?? ''])).toBe(2);
      expect((await letters().list()).map(({ id }) => id)).toEqual([kept.id]);
      expect(await letters().discard('all')).toBe(1);
      expect(await letters().list()).toEqual([]);
    });
  });
}
