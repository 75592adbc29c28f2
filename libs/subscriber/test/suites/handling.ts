import { AppError } from '@firmbridge/contracts';
import { eventually } from '@firmbridge/testing';
import { anEntity } from '@firmbridge/subscriber/kit';
import { memoryInbox, type EntityEvent } from '../../src/index.js';
import { killable, Platform, recordingLogger, type TestBroker } from '../harness.js';

export function handlingSuite(broker: () => TestBroker): void {
  describe('handling events', () => {
    let platform: Platform;
    let seen: EntityEvent[];
    const note = ({ event }: { event: EntityEvent }) => void seen.push(event);

    beforeEach(async () => {
      platform = await Platform.open(broker());
      seen = [];
    });
    afterEach(() => platform.close());

    it('gives each event to its handler, checked and typed', async () => {
      const numbers: string[] = [];
      const totals: unknown[] = [];
      const subscription = await platform.subscribe({
        on: {
          'matter.*': ({ event }) => void numbers.push(`${event.verb} ${event.state.number}`),
          'bill.created': ({ event }) => void totals.push(event.state.total?.minor),
        },
      });
      const matter = anEntity('matter', { state: { number: '7' } });
      const bill = anEntity('bill', { state: { total: { minor: 4_200, currency: 'USD' } } });
      await platform.publish(
        matter.created(),
        bill.created(),
        bill.updated({}),
        anEntity('contact').created(),
        matter.deleted(),
      );
      await eventually(() => subscription.stats().handled === 3);
      expect(numbers).toEqual(['created 7', 'deleted 7']);
      expect(totals).toEqual([4_200]);
      expect(subscription.stats()).toMatchObject({ phase: 'live', attached: true, inFlight: 0, unhandled: 0 });
      expect(subscription.stats().lastDeliveryAt).toBeInstanceOf(Date);
    });

    it('hands over all there is to know of an event', async () => {
      await platform.subscribe({ on: { '*': note } });
      const contact = anEntity('contact');
      const envelope = contact.created({ cause: 'initial' });
      await platform.publish(envelope);
      const [event] = await eventually(() => seen.length === 1 && seen);
      expect(event).toMatchObject({
        ...{ id: envelope.id, time: envelope.time, tenantId: contact.tenantId, traceparent: envelope.traceparent },
        ...{
          entityType: 'contact',
          entityId: contact.id,
          verb: 'created',
          version: { epoch: 1, n: 1 },
          cause: 'initial',
        },
        actor: { kind: 'system', id: 'mapping' },
      });
    });

    it('hears only its own namespace', async () => {
      const other = await Platform.open(broker());
      try {
        await platform.subscribe({ on: { '*': note } });
        const mine = anEntity('matter').created();
        await other.publish(anEntity('matter').created());
        await platform.publish(mine);
        await eventually(() => seen.length === 1);
        expect(seen.map(({ id }) => id)).toEqual([mine.id]);
      } finally {
        await other.close();
      }
    });

    it('keeps the order of the events of an entity while others pass', async () => {
      const gate: { open: () => void } = { open: () => undefined };
      const opened = new Promise<void>((resolve) => (gate.open = resolve));
      const matter = anEntity('matter');
      const events = [matter.created(), matter.updated({ number: '2' }), matter.updated({ number: '3' })];
      await platform.subscribe({
        concurrency: 4,
        on: {
          '*': async ({ event }) => {
            if (event.id === events[0]?.id) await opened;
            seen.push(event);
          },
        },
      });
      const other = anEntity('bill').created();
      await platform.publish(...events, other);
      await eventually(() => seen.length === 1);
      gate.open();
      await eventually(() => seen.length === 4);
      expect(seen.map(({ id }) => id)).toEqual([other.id, ...events.map(({ id }) => id)]);
    });

    it('climbs its own ladder and sets aside what fails each time, with the reason', async () => {
      let attempts = 0;
      const subscription = await platform.subscribe({
        on: {
          '*': () => {
            attempts += 1;
            throw new Error('the printer is out of paper');
          },
        },
      });
      const envelope = anEntity('matter').created();
      await platform.publish(envelope);
      const [dead] = await platform.takeSoon(`${platform.queue}.dead`, 1);
      expect(attempts).toBe(3);
      expect(dead?.properties.messageId).toBe(envelope.id);
      expect(dead?.properties.headers).toMatchObject({
        ...{ 'x-attempt': 3, 'x-error-code': 'message.handler_failed' },
        ...{ 'x-error-message': 'the printer is out of paper', traceparent: envelope.traceparent },
      });
      expect(subscription.stats()).toMatchObject({ handled: 0, retried: 2, deadLettered: 1 });
    });

    it('handles an event at last when a later attempt succeeds', async () => {
      let attempts = 0;
      const subscription = await platform.subscribe({
        inbox: memoryInbox(),
        on: {
          '*': (delivery) => {
            attempts += 1;
            if (attempts < 3) throw new AppError('unavailable', 'printer.busy', 'Later.');
            note(delivery);
          },
        },
      });
      await platform.publish(anEntity('matter').created());
      await eventually(() => subscription.stats().handled === 1);
      expect(subscription.stats()).toMatchObject({ retried: 2, deadLettered: 0, duplicates: 0 });
    });

    it('handles a duplicate once, and not what is older than what it knows', async () => {
      const subscription = await platform.subscribe({ inbox: memoryInbox(), newestOnly: true, on: { '*': note } });
      const matter = anEntity('matter');
      const [created, updated] = [matter.created(), matter.updated({ number: '2' })];
      await platform.publish(updated, updated, created);
      await eventually(() => subscription.stats().stale === 1);
      expect(subscription.stats()).toMatchObject({ handled: 1, duplicates: 1, stale: 1 });
      expect(seen.map(({ id }) => id)).toEqual([updated.id]);
    });

    it('sets aside what it cannot read, each with its reason, and goes on', async () => {
      const subscription = await platform.subscribe({ on: { '*': note } });
      const good = anEntity('matter').created();
      const breach = { ...good, data: { ...(good.data as object), cause: 'a secret' } };
      await platform.put(
        platform.queue,
        '{"no json',
        { ...good, type: 'firmbridge.entity.case.created.v1' },
        { ...good, tenantid: 'nobody' },
        breach,
        { ...good, entityversion: undefined },
        Buffer.alloc(10 * 1024 * 1024, 'x'),
      );
      await platform.publish(good);
      await eventually(() => seen.length === 1);
      const dead = await platform.takeSoon(`${platform.queue}.dead`, 6);
      const reasons = dead.map(({ properties }) => [
        String(properties.headers?.['x-error-code']),
        String(properties.headers?.['x-error-message']),
      ]);
      expect(Object.fromEntries(reasons.map(([code, text]) => [text, code]))).toEqual({
        'The body is not JSON.': 'message.unparsable',
        'No contract has the type firmbridge.entity.case.created.v1.': 'message.unknown_type',
        'The envelope is wrong at tenantid (invalid_format).': 'message.unparsable',
        [`The data breaks ${good.type} at cause (invalid_value).`]: 'message.schema_breach',
        'The envelope lacks the entityversion.': 'message.unparsable',
        'The body has 10.0 MiB; at most 4.0 MiB are read.': 'message.too_large',
      });
      expect(subscription.stats()).toMatchObject({ handled: 1, retried: 0, deadLettered: 6 });
    });

    it('acknowledges and counts what no handler is for', async () => {
      const subscription = await platform.subscribe({ on: { 'matter.created': note } });
      const matter = anEntity('matter');
      await platform.put(platform.queue, anEntity('bill').created(), {
        ...matter.created(),
        type: 'firmbridge.entity.matter.created.v9',
      });
      await eventually(() => subscription.stats().unhandled === 2);
      expect(seen).toEqual([]);
      expect(subscription.stats()).toMatchObject({ handled: 0, deadLettered: 0 });
    });

    it('finishes what it has begun before it stops, and takes nothing more', async () => {
      const gate: { open: () => void } = { open: () => undefined };
      const opened = new Promise<void>((resolve) => (gate.open = resolve));
      let begun = 0;
      const subscription = await platform.subscribe({
        on: {
          '*': async (delivery) => {
            begun += 1;
            await opened;
            note(delivery);
          },
        },
      });
      const [first, second] = [anEntity('matter').created(), anEntity('matter').created()];
      await platform.publish(first);
      await eventually(() => begun === 1);
      const stopping = subscription.stop();
      await platform.publish(second);
      gate.open();
      await stopping;
      expect(seen.map(({ id }) => id)).toEqual([first.id]);
      expect(subscription.stats()).toMatchObject({ attached: false, inFlight: 0 });
      const left = await platform.take(platform.queue);
      expect(left.map(({ properties }) => properties.messageId as string)).toEqual([second.id]);
    });

    it('gives back what takes too long to stop, and gets it again', async () => {
      const hung = new Promise<void>(() => undefined);
      const event = anEntity('matter').created();
      const subscription = await platform.subscribe({ stopTimeoutMs: 50, on: { '*': () => hung } });
      await platform.publish(event);
      await eventually(() => subscription.stats().inFlight === 1);
      await subscription.stop();
      await platform.subscribe({ on: { '*': note } });
      await eventually(() => seen.length === 1);
    });

    it('declares its queue anew when that was deleted under it', async () => {
      const subscription = await platform.subscribe({ on: { '*': note } });
      await platform.publish(anEntity('matter').created());
      await eventually(() => seen.length === 1);
      await platform.use((channel) => channel.deleteQueue(platform.queue));
      await eventually(async () => (await platform.exists(platform.queue)) && subscription.stats().attached);
      await platform.publish(anEntity('matter').created());
      await eventually(() => seen.length === 2);
    });

    it('goes on after its connections were ended amid work, and loses nothing', async () => {
      const { connect, kill } = killable(broker().connect);
      const logger = recordingLogger();
      const inbox = memoryInbox();
      const subscription = await platform.subscribe({ connect, logger, inbox, on: { '*': note } });
      const events = Array.from({ length: 300 }, () => anEntity('matter').created());
      await platform.publish(...events.slice(0, 100));
      await eventually(() => seen.length > 0);
      expect(await kill()).toBe(2);
      await platform.publish(...events.slice(100, 200));
      await eventually(() => subscription.stats().attached);
      await kill();
      await platform.publish(...events.slice(200));
      await eventually(() => subscription.stats().handled === 300);
      expect(new Set(seen.map(({ id }) => id)).size).toBe(300);
      expect(seen).toHaveLength(300);
    });
  });
}
