import { AppError, type DataOf, type Message, type ReplyOf } from '@firmbridge/contracts';
import { eventually } from '@firmbridge/testing';
import { Controller } from '@nestjs/common';
import { Answers, QueryClient, type BrokerOptions } from '../../src/index.js';
import {
  asker,
  findOrder,
  manifestOf,
  Playground,
  publishingLate,
  recordingLogger,
  type TestBroker,
} from '../harness.js';

type Question = Message<DataOf<typeof findOrder>>;
type Answer = ReplyOf<typeof findOrder>;

export function queriesSuite(broker: () => TestBroker): void {
  describe('queries', () => {
    let playground: Playground;

    beforeEach(async () => {
      playground = new Playground(broker());
      await playground.apply(manifestOf());
    });
    afterEach(() => playground.remove());

    const client = () => {
      const connections = playground.connections(manifestOf(), { service: 'gateway' });
      const queries = new QueryClient(connections, () => new Date());
      playground.later(() => queries.close());
      return queries;
    };

    const answering = async (
      answer: (question: Question) => Answer | Promise<Answer>,
      options: Partial<BrokerOptions> = {},
    ) => {
      @Controller()
      class Orders {
        @Answers(findOrder)
        async find(question: Question): Promise<Answer> {
          return answer(question);
        }
      }
      const logger = recordingLogger();
      await playground.start(playground.connections(manifestOf(), { logger, ...options }), Orders);
      return logger;
    };

    const ask = (order: string, options: { timeoutMs?: number; size?: number } = {}) =>
      client().ask(findOrder, { order, size: options.size }, { ...asker, ...options });

    it('brings the answer to the one who asked', async () => {
      await answering(({ data, tenantId }) => ({ order: data.order, note: tenantId }));
      const one = client();
      const other = client();
      const [a, b] = await Promise.all([
        one.ask(findOrder, { order: 'a' }, asker),
        other.ask(findOrder, { order: 'b' }, asker),
      ]);
      expect([a, b]).toEqual([
        { order: 'a', note: asker.tenantId },
        { order: 'b', note: asker.tenantId },
      ]);
    });

    it('brings an error of the answering service with its kind, code and details', async () => {
      await answering(() => {
        throw new AppError('not_found', 'order.unknown', 'There is no such order.', { details: { order: 'a' } });
      });
      await expect(ask('a')).rejects.toMatchObject({
        isAppError: true,
        kind: 'not_found',
        code: 'order.unknown',
        message: 'There is no such order.',
        details: { order: 'a' },
      });
    });

    it('refuses whoever lacks what the contract needs, before any handler runs', async () => {
      let asked = 0;
      await answering(({ data }) => {
        asked += 1;
        return { order: data.order, note: '' };
      });
      const actor = { kind: 'person', id: 'p1', roles: [] } as const;
      await expect(client().ask(findOrder, { order: 'a' }, { ...asker, actor })).rejects.toMatchObject({
        kind: 'forbidden',
        code: 'access.denied',
        message: 'This needs the permission runs.read.',
      });
      expect(asked).toBe(0);
    });

    it('tells nothing of an unexpected error but logs it where it happened', async () => {
      const logger = await answering(() => {
        throw new TypeError('a secret detail');
      });
      const failure = await ask('a').catch((error: unknown) => error as AppError);
      expect(failure).toMatchObject({ kind: 'internal', code: 'query.failed' });
      expect(JSON.stringify(failure)).not.toContain('secret');
      expect(logger.lines.filter(({ level }) => level === 'error')).toHaveLength(1);
    });

    it('fails when the reply breaks its contract or is too large', async () => {
      await answering(({ data }) =>
        data.size > 0 ? { order: data.order, note: 'x'.repeat(data.size) } : ({ order: 1 } as unknown as Answer),
      );
      await expect(ask('a')).rejects.toMatchObject({ kind: 'internal', code: 'query.failed' });
      await expect(ask('a', { size: 256 * 1024 })).rejects.toMatchObject({ code: 'query.reply_too_large' });
    });

    it('says at once that nobody is listening', async () => {
      await expect(ask('a')).rejects.toMatchObject({
        kind: 'unavailable',
        code: 'query.nobody_listens',
        message: 'No shop is listening.',
      });
    });

    it('gives up when the answer does not come in time', async () => {
      let release: () => void = () => undefined;
      const released = new Promise<void>((resolve) => (release = resolve));
      await answering(async () => {
        await released;
        return { order: 'a', note: 'late' };
      });
      await expect(ask('a', { timeoutMs: 100 })).rejects.toMatchObject({ code: 'query.timed_out' });
      release();
    });

    it('answers a question that came before it could publish', async () => {
      const { connect, allow } = publishingLate(playground.broker.connect);
      let asked = 0;
      const answers = () => {
        asked += 1;
        allow();
        return { order: 'a', note: 'at last' };
      };
      const starting = answering(answers, { connect });
      const gateway = client();
      await eventually(async () => {
        await expect(gateway.ask(findOrder, { order: 'a' }, asker)).resolves.toMatchObject({ note: 'at last' });
      });
      expect(asked).toBe(1);
      await starting;
    });

    it('answers again after the connection of the asker came back', async () => {
      await answering(({ data }) => ({ order: data.order, note: '' }));
      const connections = playground.connections(manifestOf(), { service: 'gateway' });
      const queries = new QueryClient(connections, () => new Date());
      playground.later(() => queries.close());
      await queries.ask(findOrder, { order: 'a' }, asker);
      await connections.publishing.current?.close();
      await eventually(async () => (await queries.ask(findOrder, { order: 'b' }, asker)).order === 'b');
    });
  });
}
