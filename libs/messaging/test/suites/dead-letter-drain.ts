import { eventually } from '@firmbridge/testing';
import type { Options } from 'amqplib';
import { randomUUID } from 'node:crypto';
import { DeadLetterDrain, type DeadLetterDrainOptions, type DrainedLetter } from '../../src/index.js';
import {
  manifestOf,
  orderPaid,
  orderPlaced,
  Playground,
  queueSpec,
  recordingLogger,
  type TestBroker,
} from '../harness.js';

export function deadLetterDrainSuite(broker: () => TestBroker): void {
  describe('dead-letter drain', () => {
    const manifest = manifestOf(queueSpec('shop.keep', [orderPlaced]), queueSpec('shop.count', [orderPaid]));
    let playground: Playground;

    beforeEach(async () => {
      playground = new Playground(broker());
      await playground.apply(manifest);
    });
    afterEach(() => playground.remove());

    type Keep = DeadLetterDrainOptions['keep'];
    const drainWith = (keep: Keep, options: Partial<DeadLetterDrainOptions> = {}) => {
      const connections = playground.connections(manifest);
      const drain = new DeadLetterDrain({
        connections,
        clock: () => new Date(),
        keep,
        retryDelaysMs: [5, 10],
        ...options,
      });
      playground.later(() => drain.close());
      return { drain, connections };
    };

    const put = async (queue: string, body: string | Buffer, properties: Options.Publish = {}) => {
      const publisher = playground.connections(manifest).publisher();
      await publisher.ready(5_000);
      const content = Buffer.from(body);
      const [result] = await publisher.publish([
        {
          exchange: '',
          routingKey: `${playground.namespace}.${queue}`,
          content,
          properties: { persistent: true, mandatory: true, ...properties },
        },
      ]);
      expect(result).toBe('confirmed');
    };

    it('gives every letter as it lay there, with the queue in which it failed, and takes it off the broker', async () => {
      const kept: DrainedLetter[] = [];
      const { drain } = drainWith((letter) => Promise.resolve(void kept.push(letter)));
      await drain.start();
      const messageId = randomUUID();
      const headers = {
        'x-attempt': 5,
        'x-error-code': 'shop.closed',
        'x-death': 'nonsense',
        odd: { deep: [1, 'two'] },
      };
      await put('shop.keep.dead', Buffer.from([0, 255, 10]), {
        messageId,
        type: 'a type',
        correlationId: 'c',
        headers,
      });
      await put('shop.count.dead', '{}');
      await eventually(() => kept.length === 2);
      expect(kept.find(({ queue }) => queue === 'shop.keep')).toEqual({
        queue: 'shop.keep',
        body: Buffer.from([0, 255, 10]),
        properties: expect.objectContaining({ messageId, type: 'a type', correlationId: 'c' }) as object,
        headers: { 'x-attempt': 5, 'x-error-code': 'shop.closed', odd: { deep: [1, 'two'] } },
        brokersDeath: null,
      });
      expect(kept.find(({ queue }) => queue === 'shop.count')).toMatchObject({ headers: {} });
      await playground.close();
      expect(await playground.take('shop.keep.dead')).toEqual([]);
    });

    it('tells that the broker itself set a message aside, and why', async () => {
      const kept: DrainedLetter[] = [];
      const { drain } = drainWith((letter) => Promise.resolve(void kept.push(letter)));
      await drain.start();
      await put('shop.keep', 'poison', { headers: { 'x-attempt': 1 } });
      const channel = await playground.channel();
      await channel.consume(`${playground.namespace}.shop.keep`, (delivery) => {
        if (delivery !== null) channel.nack(delivery, false, true);
      });
      const letter = await eventually(() => kept[0]);
      expect(letter).toMatchObject({ queue: 'shop.keep', brokersDeath: { reason: 'delivery_limit' } });
      expect(letter.headers).toEqual({ 'x-attempt': 1 });
      expect(Math.abs(Date.now() - (letter.brokersDeath?.at?.getTime() ?? 0))).toBeLessThan(60_000);
    });

    it('tries again until a letter is kept', async () => {
      const bodies: string[] = [];
      let times = 0;
      const { drain } = drainWith(({ body }) => {
        times += 1;
        if (times < 4) return Promise.reject(new Error('the database is away'));
        return Promise.resolve(void bodies.push(body.toString()));
      });
      await drain.start();
      await put('shop.keep.dead', 'a');
      await eventually(() => drain.stats()[0]?.kept === 1);
      expect(bodies).toEqual(['a']);
      expect(drain.stats()[0]).toMatchObject({ queue: 'shop.keep', attached: true, kept: 1, failed: 3 });
    });

    it('leaves with the broker what could not be kept when it closes', async () => {
      const { drain } = drainWith(() => Promise.reject(new Error('the database is away')), { retryDelaysMs: [60_000] });
      await drain.start();
      await put('shop.keep.dead', 'a');
      await put('shop.keep.dead', 'b');
      await eventually(() => drain.stats()[0]?.failed === 2);
      await drain.close();
      const left = await eventually(async () => {
        const letters = await playground.take('shop.keep.dead');
        return letters.length === 2 && letters;
      });
      expect(left.map(({ content }) => content.toString()).sort()).toEqual(['a', 'b']);
    });

    it('waits for a letter that is being kept before it closes', async () => {
      let release: () => void = () => undefined;
      const released = new Promise<void>((resolve) => (release = resolve));
      const { drain } = drainWith(() => released);
      await drain.start();
      await put('shop.keep.dead', 'a');
      await eventually(() => drain.stats()[0]?.inFlight === 1);
      const closing = drain.close();
      release();
      await closing;
      expect(drain.stats()[0]).toMatchObject({ kept: 1 });
      await playground.close();
      expect(await playground.take('shop.keep.dead')).toEqual([]);
    });

    it('starts without the broker and drains when that is there', async () => {
      const kept: DrainedLetter[] = [];
      const logger = recordingLogger();
      let arrive: () => void = () => undefined;
      const there = new Promise<void>((resolve) => (arrive = resolve));
      const { connect, url } = broker();
      const late = ((...given: Parameters<typeof connect>) => there.then(() => connect(...given))) as typeof connect;
      const connections = playground.connections(manifest, { connect: late, url, logger });
      const { drain } = drainWith((letter) => Promise.resolve(void kept.push(letter)), {
        connections,
        startTimeoutMs: 20,
      });
      await drain.start();
      expect(logger.lines.map(({ message }) => message)).toContain(
        'dead letters are drained as soon as the broker is there',
      );
      await put('shop.keep.dead', 'a');
      arrive();
      await eventually(() => kept.length === 1);
    });

    it('says which dead-letter queue does not exist', async () => {
      const wider = manifestOf(...manifest.queues, queueSpec('shop.other', []));
      const { drain } = drainWith(() => Promise.resolve(), {
        connections: playground.connections(wider),
      });
      await expect(drain.start()).rejects.toMatchObject({
        code: 'topology.missing',
        message: expect.stringContaining('shop.other.dead') as string,
      });
    });
  });
}
