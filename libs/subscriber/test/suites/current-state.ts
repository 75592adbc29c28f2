import { AppError, mappingMessages, newMessage, newOrigin, type Envelope } from '@firmbridge/contracts';
import { eventually } from '@firmbridge/testing';
import { anEntity, kitTenantId, type EntityLife } from '@firmbridge/subscriber/kit';
import { randomUUID } from 'node:crypto';
import { memoryInbox, type EntityEvent, type ReplayWish } from '../../src/index.js';
import { killable, Platform, recordingLogger, type TestBroker } from '../harness.js';

function finished(replayId: string, outcome: 'completed' | 'cancelled' = 'completed'): Envelope {
  const origin = newOrigin({ service: 'mapping', tenantId: kitTenantId, now: new Date() });
  return newMessage(mappingMessages.replayFinished, { replayId, sent: 0, outcome }, origin).envelope;
}

export function currentStateSuite(broker: () => TestBroker): void {
  describe('starting from the current state', () => {
    let platform: Platform;
    let seen: EntityEvent[];
    let wishes: ReplayWish[];
    let replayIds: string[];
    const on = { 'matter.*': ({ event }: { event: EntityEvent }) => void seen.push(event) };
    const snapshot = () => `${platform.queue}.snapshot`;

    beforeEach(async () => {
      platform = await Platform.open(broker());
      [seen, wishes, replayIds] = [[], [], []];
    });
    afterEach(() => platform.close());

    /** A platform that accepts a replay and leaves it to the test to tell it. */
    const currentState = (wish: ReplayWish) => {
      wishes.push(wish);
      const id = randomUUID();
      replayIds.push(id);
      return Promise.resolve([id]);
    };
    const lastId = () => replayIds.at(-1) ?? '';
    const begin = (options = {}, startFrom = {}) =>
      platform.subscribe({
        ...{ inbox: memoryInbox(), newestOnly: true, on },
        startFrom: { currentState, ...startFrom },
        ...options,
      });
    const versions = () => seen.map(({ entityId, version, cause }) => `${entityId} ${version.n} ${cause}`);

    /** Three matters that have lived a while. */
    const matters = (): EntityLife<'matter'>[] =>
      Array.from({ length: 3 }, () => {
        const matter = anEntity('matter');
        matter.created();
        return matter;
      });

    it('takes in the state first, then what happened since, and nothing that is older', async () => {
      const [a, b, c] = matters() as [EntityLife<'matter'>, EntityLife<'matter'>, EntityLife<'matter'>];
      const subscription = await begin();
      expect(wishes).toEqual([{ queue: snapshot(), entityTypes: ['matter'] }]);
      const [updated, live] = [a.updated({ number: '2' }), anEntity('matter')];
      await platform.publish(updated, live.created());
      await platform.put(snapshot(), a.replayed(), b.replayed(), c.replayed());
      await eventually(() => seen.length === 3);
      expect(subscription.stats()).toMatchObject({ phase: 'current-state', attached: true, handled: 3 });
      await platform.put(snapshot(), finished(lastId()));
      await eventually(() => subscription.stats().phase === 'live' && seen.length === 4);
      expect(versions()).toEqual([`${a.id} 2 replay`, `${b.id} 1 replay`, `${c.id} 1 replay`, `${live.id} 1 webhook`]);
      expect(subscription.stats()).toMatchObject({ handled: 4, stale: 1, deadLettered: 0, unhandled: 0 });
      expect(await platform.exists(snapshot())).toBe(false);
    });

    it('does so once: the next start goes on with what was collected', async () => {
      const first = await begin();
      await platform.put(snapshot(), finished(lastId()));
      await eventually(() => first.stats().phase === 'live');
      await first.stop();
      const created = anEntity('matter').created();
      await platform.publish(created);
      const second = await begin();
      await eventually(() => second.stats().handled === 1);
      expect(wishes).toHaveLength(1);
      expect(second.stats().phase).toBe('live');
    });

    it('begins anew when the process died in between, and loses nothing that happened', async () => {
      const inbox = memoryInbox();
      const [a, b] = matters() as [EntityLife<'matter'>, EntityLife<'matter'>];
      const first = await begin({ inbox });
      const happened = anEntity('matter').created();
      await platform.publish(happened);
      await platform.put(snapshot(), a.replayed());
      await eventually(() => seen.length === 1);
      const abandoned = lastId();
      // What a crash leaves behind: both queues, and what was in them.
      await first.stop();
      const updated = b.updated({ number: '2' });
      await platform.publish(updated);
      const second = await begin({ inbox });
      expect(wishes).toHaveLength(2);
      // The end of the old replay is not the end of the new one.
      await platform.put(snapshot(), finished(abandoned), a.replayed(), b.replayed());
      await eventually(() => seen.length === 3);
      expect(second.stats().phase).toBe('current-state');
      await platform.put(snapshot(), finished(lastId()));
      await eventually(() => second.stats().phase === 'live' && second.stats().handled === 3);
      expect(versions()).toEqual([
        `${a.id} 1 replay`,
        `${a.id} 1 replay`,
        `${b.id} 2 replay`,
        `${happened.subject?.split('/')[1]} 1 webhook`,
      ]);
      expect(second.stats().stale).toBe(1);
    });

    it('begins anew when it died before the live queue was there', async () => {
      platform.willRemove(snapshot());
      const quorum = {
        ...{ 'x-queue-type': 'quorum', 'x-delivery-limit': 20, 'x-dead-letter-exchange': '' },
        ...{ 'x-dead-letter-routing-key': `${platform.queue}.dead`, 'x-dead-letter-strategy': 'at-least-once' },
        'x-overflow': 'reject-publish',
      };
      await platform.use((channel) => channel.assertQueue(snapshot(), { durable: true, arguments: quorum }));
      const subscription = await begin();
      expect(subscription.stats().phase).toBe('current-state');
      expect(wishes).toHaveLength(1);
    });

    it('asks again after its connection was lost', async () => {
      const { connect, kill } = killable(broker().connect);
      const subscription = await begin({ connect });
      await kill();
      await eventually(() => wishes.length === 2 && subscription.stats().attached);
      await platform.put(snapshot(), anEntity('matter').replayed(), finished(lastId()));
      await eventually(() => subscription.stats().phase === 'live');
      expect(seen).toHaveLength(1);
    });

    it('asks again when nothing comes, and when the replay was cancelled', async () => {
      const subscription = await begin({}, { askAgainAfterMs: 80 });
      await eventually(() => wishes.length === 2);
      await platform.put(snapshot(), finished(lastId(), 'cancelled'));
      await eventually(() => wishes.length >= 3 && subscription.stats().attached);
      const waiting = await eventually(async () => {
        await platform.put(snapshot(), finished(lastId()));
        return subscription.stats().phase === 'live';
      });
      expect(waiting).toBe(true);
    });

    it('waits for the replays of all who were asked', async () => {
      const both = [randomUUID(), randomUUID()] as const;
      const subscription = await begin({}, { currentState: () => Promise.resolve(both) });
      await platform.put(snapshot(), finished(both[0]), anEntity('matter').replayed());
      await eventually(() => seen.length === 1);
      expect(subscription.stats().phase).toBe('current-state');
      await platform.put(snapshot(), finished(both[1]));
      await eventually(() => subscription.stats().phase === 'live');
    });

    it('lets one process of several do so, and the others wait', async () => {
      const logger = recordingLogger();
      const first = await begin({ logger });
      const second = await begin({ logger });
      expect(wishes).toHaveLength(1);
      expect(second.stats()).toMatchObject({ phase: 'current-state', attached: false });
      await platform.put(snapshot(), anEntity('matter').replayed(), finished(lastId()));
      await eventually(() => first.stats().phase === 'live' && second.stats().phase === 'live');
      expect(wishes).toHaveLength(1);
    });

    it('retries what fails, and goes live with it', async () => {
      let calls = 0;
      const fragile = {
        'matter.*': () => {
          calls += 1;
          if (calls === 1) throw new Error('not yet');
        },
      };
      const subscription = await begin({ on: fragile });
      await platform.put(snapshot(), anEntity('matter').replayed(), finished(lastId()));
      await eventually(() => subscription.stats().phase === 'live' && subscription.stats().handled === 1);
      expect(subscription.stats()).toMatchObject({ retried: 1, deadLettered: 0 });
    });

    it('fails to start when the state cannot be asked for, and asks at the next start', async () => {
      const refused = () => Promise.reject(new AppError('forbidden', 'replay.refused', 'You may not.'));
      await expect(begin({}, { currentState: refused })).rejects.toMatchObject({ code: 'replay.refused' });
      const subscription = await begin();
      expect(wishes).toHaveLength(1);
      expect(subscription.stats().phase).toBe('current-state');
    });

    it('wants newest versions only', async () => {
      await expect(begin({ newestOnly: false })).rejects.toMatchObject({ code: 'subscriber.needs_newest_only' });
    });

    it('says what is different about a queue that exists already', async () => {
      const others = { 'x-queue-type': 'quorum', 'x-delivery-limit': 3 };
      platform.willRemove(platform.queue);
      await platform.use((channel) => channel.assertQueue(platform.queue, { durable: true, arguments: others }));
      await expect(begin()).rejects.toMatchObject({ code: 'subscriber.other_arguments' });
      expect(wishes).toEqual([]);
    });

    it('is not done before what was told is handled, also when it stops meanwhile', async () => {
      const gate: { open: () => void } = { open: () => undefined };
      const opened = new Promise<void>((resolve) => (gate.open = resolve));
      const slow = await begin({ on: { 'matter.*': () => opened }, stopTimeoutMs: 100 });
      await platform.put(snapshot(), anEntity('matter').replayed(), finished(lastId()));
      await eventually(() => slow.stats().inFlight === 1);
      expect(slow.stats().phase).toBe('current-state');
      await slow.stop();
      gate.open();
      expect(await platform.exists(snapshot())).toBe(true);
      expect(await platform.take(snapshot())).toHaveLength(1);
    });

    it('is stopped in the middle', async () => {
      const subscription = await begin();
      await subscription.stop();
      expect(await platform.exists(snapshot())).toBe(true);
      expect(subscription.stats()).toMatchObject({ phase: 'current-state', attached: false });
    });
  });
}
