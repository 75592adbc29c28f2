import type { Envelope } from '@firmbridge/contracts';
import { eventually } from '@firmbridge/testing';
import { anEntity, readRecording, recordEvents } from '@firmbridge/subscriber/kit';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { memoryInbox, replay, type EntityEvent, type ReplayProgress } from '../../src/index.js';
import { killable, Platform, type TestBroker } from '../harness.js';

const minute = 60_000;
const ids = (messages: readonly { id: string }[]) => messages.map(({ id }) => id);

export function replaySuite(broker: () => TestBroker): void {
  describe('replay', () => {
    let platform: Platform;
    let seen: EntityEvent[];
    const note = ({ event }: { event: EntityEvent }) => void seen.push(event);

    beforeEach(async () => {
      platform = await Platform.open(broker());
      seen = [];
    });
    afterEach(() => platform.close());

    /** One event a minute, the last one now. */
    const history = (count: number): Envelope[] =>
      Array.from({ length: count }, (_, n) =>
        anEntity('matter').created({ at: new Date(Date.now() - (count - 1 - n) * minute) }),
      );

    it('tells everything there is, in order, and ends', async () => {
      await platform.openStream();
      const events = history(500);
      await platform.publish(...events);
      const report = await replay({ ...platform.options, from: 'first', on: { '*': note } });
      expect(ids(seen)).toEqual(ids(events));
      expect(report).toMatchObject({ read: 500, handled: 500, unreadable: 0, offset: 499 });
    });

    it('ends at once where nothing was published yet', async () => {
      await platform.openStream();
      const report = await replay({ ...platform.options, from: new Date(0), on: { '*': note } });
      expect(report).toMatchObject({ read: 0, offset: null, time: null });
    });

    it('tells what was made from one instant until another, and what is wanted of it', async () => {
      await platform.openStream();
      const events = history(10);
      await platform.publish(...events, anEntity('bill').created());
      const timeOf = (n: number) => new Date(events[n]?.time ?? '');
      const report = await replay({ ...platform.options, from: timeOf(3), until: timeOf(6), on: { 'matter.*': note } });
      expect(ids(seen)).toEqual(ids(events.slice(3, 6)));
      expect(report).toMatchObject({ handled: 3, unhandled: 0 });
    });

    it('ends also when everything was made before', async () => {
      await platform.openStream();
      await platform.publish(...history(3));
      await replay({ ...platform.options, from: new Date(Date.now() + 60 * minute), on: { '*': note } });
      expect(seen).toEqual([]);
    });

    it('goes on behind an offset', async () => {
      await platform.openStream();
      const events = history(5);
      await platform.publish(...events);
      await replay({ ...platform.options, from: { offset: 3 }, on: { '*': note } });
      expect(ids(seen)).toEqual(ids(events.slice(3)));
      const report = await replay({ ...platform.options, from: { offset: 5 }, on: { '*': note } });
      expect(report.read).toBe(0);
    });

    it('goes on live when it is asked to, until it is told to stop', async () => {
      await platform.openStream();
      const events = history(3);
      await platform.publish(...events);
      const stop = new AbortController();
      const told = replay({ ...platform.options, from: 'first', live: true, signal: stop.signal, on: { '*': note } });
      await eventually(() => seen.length === 3);
      const next = anEntity('matter').created();
      await platform.publish(next);
      await eventually(() => seen.length === 4);
      stop.abort();
      expect(await told).toMatchObject({ handled: 4, offset: 3 });
    });

    it('tells how far it has come, and passes over what it cannot read', async () => {
      await platform.openStream();
      const [first, second] = history(2);
      await platform.publish(first as Envelope);
      await platform.put(platform.stream, '{"no json');
      await platform.publish(second as Envelope);
      const steps: ReplayProgress[] = [];
      const onProgress = (progress: ReplayProgress) => void steps.push(progress);
      await replay({ ...platform.options, from: 'first', on: { '*': note }, onProgress });
      expect(steps).toMatchObject([
        { read: 1, handled: 1, offset: 0, time: new Date(first?.time ?? '') },
        { read: 2, handled: 1, unreadable: 1, offset: 1 },
        { read: 3, handled: 2, offset: 2 },
      ]);
    });

    it('ends with the offset of what cannot be handled, and goes on there', async () => {
      await platform.openStream();
      const events = history(3);
      await platform.publish(...events);
      let failures = 0;
      const on = {
        '*': ({ event }: { event: EntityEvent }) => {
          if (event.id === events[1]?.id && failures < 2) {
            failures += 1;
            throw new Error('no paper');
          }
          seen.push(event);
        },
      };
      const failing = replay({ ...platform.options, from: 'first', retryDelaysMs: [5], on });
      await expect(failing).rejects.toMatchObject({ code: 'replay.stopped', details: { offset: 1 } });
      await replay({ ...platform.options, from: { offset: 1 }, on });
      expect(ids(seen)).toEqual(ids(events));
    });

    it('leaves out what the subscription has handled already, with its inbox', async () => {
      await platform.openStream();
      const inbox = memoryInbox();
      const on = { '*': note };
      const subscription = await platform.subscribe({ inbox, on });
      const events = history(4);
      await platform.publish(...events.slice(0, 2));
      await eventually(() => subscription.stats().handled === 2);
      await subscription.stop();
      await platform.take(platform.queue);
      await platform.publish(...events.slice(2));
      await platform.take(platform.queue);
      const report = await replay({ ...platform.options, queue: platform.queue, inbox, from: 'first', on });
      expect(report).toMatchObject({ handled: 2, duplicates: 2 });
      expect(ids(seen)).toEqual(ids(events));
    });

    it('goes on after its connection was ended, without a gap and without a repetition', async () => {
      await platform.openStream();
      const events = history(200);
      await platform.publish(...events);
      const { connect, kill } = killable(broker().connect);
      let killed: Promise<unknown> = Promise.resolve();
      const on = {
        '*': ({ event }: { event: EntityEvent }) => {
          seen.push(event);
          if (seen.length === 50) killed = kill();
        },
      };
      await replay({ ...platform.options, connect, from: 'first', on });
      await killed;
      expect(ids(seen)).toEqual(ids(events));
    });

    it('says that there is no stream', async () => {
      await expect(replay({ ...platform.options, from: 'first', on: { '*': note } })).rejects.toMatchObject({
        code: 'subscriber.no_platform',
      });
    });

    it('can be recorded', async () => {
      await platform.openStream();
      const events = history(6);
      await platform.publish(...events);
      const folder = await mkdtemp(path.join(tmpdir(), 'recording-'));
      try {
        const to = path.join(folder, 'events.jsonl');
        expect(await recordEvents({ ...platform.options, from: new Date(events[2]?.time ?? ''), to })).toBe(4);
        expect(await readRecording(to)).toEqual(events.slice(2));
      } finally {
        await rm(folder, { recursive: true });
      }
    });
  });
}
