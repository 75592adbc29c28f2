import {
  auditMessages,
  authMessages,
  newMessage,
  newOrigin,
  syncMessages,
  type Actor,
  type DataOf,
  type DeadLetter,
  type DeadLetterSelection,
  type Envelope,
  type MessageContract,
} from '@firmbridge/contracts';
import { LocalBroker } from '@firmbridge/local-broker';
import {
  applyTopology,
  BrokerConnections,
  queriesOf,
  queueOf,
  QueryClient,
  removeTopology,
  type BrokerConnect,
} from '@firmbridge/messaging';
import { startService, type RunningService } from '@firmbridge/service';
import { createTestDatabase, eventually, testAmqpUrl, testNamespace, type TestDatabase } from '@firmbridge/testing';
import { connect } from 'amqplib';
import { randomUUID } from 'node:crypto';
import { auditLog } from '../src/index.js';
import { operator, platformKey } from './audit-log-harness.js';
import { aNormalizeCommand, anEnvelope } from './builders/a-drained-letter.js';

const { searchDeadLetters, groupDeadLetters, getDeadLetter, resendDeadLetters, discardDeadLetters, editDeadLetter } =
  auditMessages;
const { problemRaised } = syncMessages;

interface Place {
  readonly connect: BrokerConnect;
  readonly url: string;
  readonly close: () => Promise<void>;
}

type Open = (databaseUrl: string) => Promise<Place>;

/** The service as a process would run it, alone: what fails in a queue of its own, and what others set aside. */
function deadLettersSuite(open: Open): void {
  const namespace = testNamespace();
  let database: TestDatabase;
  let place: Place;
  let service: RunningService;
  let others: BrokerConnections;
  let queries: QueryClient;

  beforeAll(async () => {
    database = await createTestDatabase({ services: [auditLog.schema!] });
    place = await open(database.url);
    await applyTopology({ ...place, namespace });
    service = await startAuditLog();
    others = new BrokerConnections({ ...place, namespace, service: 'clio-sync' });
    await others.open();
    queries = new QueryClient(others, () => new Date());
  });

  afterAll(async () => {
    await queries?.close();
    await service?.stop();
    await others?.close();
    await deleteQueriesQueue();
    await removeTopology({ ...place, namespace });
    await place?.close();
    await database?.drop();
  });

  function startAuditLog(): Promise<RunningService> {
    return startService(auditLog, {
      connect: place.connect,
      env: {
        DATABASE_URL: database.url,
        DATABASE_NAMESPACE: database.namespace,
        AMQP_URL: place.url,
        AMQP_NAMESPACE: namespace,
        LOG_LEVEL: 'silent',
      },
    });
  }

  async function deleteQueriesQueue(): Promise<void> {
    const model = await place.connect(place.url);
    await (await model.createChannel()).deleteQueue(queriesOf(namespace, 'audit-log'));
    await model.close();
  }

  /** Straight into a queue, as it is. */
  async function put(queue: string, body: string | Buffer, headers: Record<string, unknown> = {}): Promise<void> {
    const properties = { persistent: true, mandatory: true, messageId: randomUUID(), headers };
    const routingKey = queueOf(namespace, queue);
    const results = await others
      .publisher()
      .publish([{ exchange: '', routingKey, content: Buffer.from(body), properties }]);
    expect(results).toEqual(['confirmed']);
  }

  const setAside = (queue: string, body: object) =>
    put(`${queue}.dead`, JSON.stringify(body), {
      'x-attempt': 5,
      'x-error-code': 'message.handler_failed',
      'x-error-message': 'The shop is closed.',
      'x-failed-at': new Date().toISOString(),
    });

  /** Takes one message; the queue must hold no other. */
  async function takeFrom(queue: string) {
    const model = await place.connect(place.url);
    const channel = await model.createChannel();
    const name = queueOf(namespace, queue);
    const message = await eventually(() => channel.get(name, { noAck: true }));
    expect((await channel.checkQueue(name)).messageCount).toBe(0);
    await model.close();
    return { headers: message.properties.headers, envelope: JSON.parse(message.content.toString()) as Envelope };
  }

  async function depthOf(queue: string): Promise<number> {
    const model = await place.connect(place.url);
    const { messageCount } = await (await model.createChannel()).checkQueue(queueOf(namespace, queue));
    await model.close();
    return messageCount;
  }

  function asker(tenantId: string, scope: 'tenant' | 'platform' = 'tenant') {
    const actor: Actor = scope === 'platform' ? platformKey : operator;
    const options = { tenantId, actor };
    const selection = { deadLetterIds: null, fingerprint: null, queue: null };
    type Search = Partial<DataOf<typeof searchDeadLetters>>;
    const letters = async (criteria: Search = {}): Promise<DeadLetter[]> => {
      const nothing = { state: null, queue: null, type: null, fingerprint: null, limit: 50, cursor: null };
      return (await queries.ask(searchDeadLetters, { ...nothing, scope, ...criteria }, options)).deadLetters;
    };
    return {
      letters,
      some: (count: number, criteria: Search = {}) =>
        eventually(
          async () => {
            const found = await letters(criteria);
            return found.length === count && found;
          },
          { timeoutMs: 20_000 },
        ),
      groups: async () => (await queries.ask(groupDeadLetters, { scope, limit: 50 }, options)).groups,
      open: (deadLetterId: string) => queries.ask(getDeadLetter, { scope, deadLetterId }, options),
      resend: (which: Partial<DeadLetterSelection>) =>
        queries.ask(resendDeadLetters, { scope, perSecond: 100, selection: { ...selection, ...which } }, options),
      discard: (deadLetterIds: string[]) =>
        queries.ask(
          discardDeadLetters,
          { scope, reason: 'a test', selection: { ...selection, deadLetterIds } },
          options,
        ),
      edit: (deadLetterId: string, data: Record<string, unknown>) =>
        queries.ask(editDeadLetter, { deadLetterId, data, reason: 'a test' }, options),
    };
  }

  async function publish<C extends MessageContract>(contract: C, data: DataOf<C>, tenantId: string): Promise<void> {
    const message = newMessage(contract, data as never, newOrigin({ service: 'clio-sync', tenantId, now: new Date() }));
    expect(await others.publisher().publish([message])).toEqual(['confirmed']);
  }

  it('keeps whatever cannot be read, with a reason a person understands, and goes on with the next message', async () => {
    const [tenantId, queue] = [randomUUID(), 'audit-log.keep-problems'];
    const good = anEnvelope(tenantId, problemRaised, problemRaised.example);
    await put(queue, '{"not json');
    await put(queue, Buffer.alloc(10 * 1024 * 1024, ' '));
    await put(queue, JSON.stringify({ ...good, id: randomUUID(), tenantid: 'firm-7' }));
    await put(queue, JSON.stringify({ ...good, id: randomUUID(), type: 'firmbridge.shop.order-eaten.v1' }));
    await put(queue, JSON.stringify({ ...good, id: randomUUID(), data: { service: 5 } }));
    await publish(problemRaised, problemRaised.example as DataOf<typeof problemRaised>, tenantId);

    const ofTheFirm = await asker(tenantId).some(2);
    expect(Object.fromEntries(ofTheFirm.map((letter) => [letter.errorCode, letter.errorMessage]))).toEqual({
      'message.unknown_type': 'No contract has the type firmbridge.shop.order-eaten.v1.',
      'message.schema_breach': expect.stringMatching(
        /^The data breaks firmbridge\.platform\.problem-raised\.v1 at service \(invalid_/,
      ) as string,
    });
    const ofNobody = await asker(tenantId, 'platform').some(3, { queue });
    expect(ofNobody.map(({ errorMessage }) => errorMessage).sort()).toEqual([
      'The body has 10.0 MiB; at most 4.0 MiB are read.',
      'The body is not JSON.',
      expect.stringMatching(/^The envelope is wrong at tenantid \(/) as string,
    ]);
    const everyone = [...ofTheFirm, ...ofNobody];
    expect(everyone.every(({ state, attempts }) => state === 'waiting' && attempts === 1)).toBe(true);

    const { problems } = await eventually(async () => {
      const question = { limit: 10, cursor: null, runId: null };
      const reply = await queries.ask(auditMessages.searchProblems, question, { tenantId, actor: operator });
      return reply.problems.length === 1 && reply;
    });
    expect(problems).toHaveLength(1);
    expect(await depthOf(`${queue}.dead`)).toBe(0);
    const metrics = await (await fetch(`${service.url}/metrics`)).text();
    expect(metrics).toMatch(/^firmbridge_dead_letters_waiting 5$/m);
  });

  it('resends a bulk into the queue where it failed, and to no other subscriber of the same event', async () => {
    const firm = asker(randomUUID());
    const tenantId = randomUUID();
    const event = authMessages.connectionEstablished;
    const envelopes = [1, 2].map(() => anEnvelope(tenantId, event, event.example));
    for (const envelope of envelopes) await setAside('mapping.keep-connections', envelope);
    const mine = asker(tenantId);
    const letters = await mine.some(2);
    const [group, ...more] = await mine.groups();
    expect(more).toEqual([]);
    expect(group).toMatchObject({ count: 2, queue: 'mapping.keep-connections', cause: 'The shop is closed.' });
    expect(await firm.letters()).toEqual([]);

    expect(await mine.resend({ fingerprint: group!.fingerprint })).toMatchObject({ accepted: 2, left: 0 });
    await mine.some(2, { state: 'resent' });
    expect(await depthOf('mapping.keep-connections')).toBe(2);
    expect(await depthOf('clio-sync.keep-connections')).toBe(0);
    expect(await depthOf('ghl-sync.keep-connections')).toBe(0);
    expect(await mine.resend({ fingerprint: group!.fingerprint })).toMatchObject({ accepted: 0 });
    expect(letters.map(({ messageId }) => messageId).sort()).toEqual(envelopes.map(({ id }) => id).sort());
  });

  it('makes a new letter of a message that fails again, which names the one before', async () => {
    const tenantId = randomUUID();
    const firm = asker(tenantId);
    const broken = { ...anEnvelope(tenantId, problemRaised, problemRaised.example), data: {} };
    await put('audit-log.keep-problems', JSON.stringify(broken));
    const [first] = await firm.some(1);
    await firm.resend({ deadLetterIds: [first!.deadLetterId] });
    const letters = await firm.some(2);
    const second = letters.find(({ deadLetterId }) => deadLetterId !== first!.deadLetterId);
    expect(second).toMatchObject({
      previousDeadLetterId: first!.deadLetterId,
      messageId: broken.id,
      attempts: 1,
      state: 'waiting',
      fingerprint: first!.fingerprint,
    });
    expect(await firm.discard([second!.deadLetterId])).toEqual({ discarded: 1, left: 0 });
    expect((await firm.open(second!.deadLetterId)).deadLetter).toMatchObject({ state: 'discarded', reason: 'a test' });
  });

  it('sends an edited command to its owner in the lane where it failed', async () => {
    const tenantId = randomUUID();
    const firm = asker(tenantId);
    const old = { ...anEnvelope(tenantId), data: { records: 'none' } };
    await setAside('mapping.normalize-backfill', old);
    const [letter] = await firm.some(1);
    const data = aNormalizeCommand();
    const { messageId } = await firm.edit(letter!.deadLetterId, data);
    const { envelope } = await takeFrom('mapping.normalize-backfill');
    expect(envelope).toMatchObject({ id: messageId, causationid: old.id, correlationid: old.correlationid, data });
    expect(await depthOf('mapping.normalize-live')).toBe(0);
  });

  it('takes up after a restart what was set aside and decided meanwhile', async () => {
    const tenantId = randomUUID();
    const firm = asker(tenantId);
    await setAside('mapping.keep-links', anEnvelope(tenantId));
    const [letter] = await firm.some(1);
    await service.stop();
    await setAside('mapping.keep-links', anEnvelope(tenantId));
    expect(await depthOf('mapping.keep-links.dead')).toBe(1);
    service = await startAuditLog();
    await firm.some(2);
    await firm.resend({ deadLetterIds: [letter!.deadLetterId] });
    const { headers, envelope } = await takeFrom('mapping.keep-links');
    expect(envelope.id).toBe(letter!.messageId);
    expect(headers).toMatchObject({ 'x-dead-letter-id': letter!.deadLetterId });
    expect(headers).not.toHaveProperty('x-attempt');
  });
}

describe('dead letters on the local broker', () => {
  deadLettersSuite(async (databaseUrl) => {
    const local = await LocalBroker.open({ databaseUrl });
    return { connect: local.connect, url: 'local://broker', close: () => local.close() };
  });
});

const rabbitUrl = testAmqpUrl();
const whenThereIsRabbit = rabbitUrl === null ? describe.skip : describe;

whenThereIsRabbit('dead letters on RabbitMQ (skipped when none was found for the run)', () => {
  deadLettersSuite(() => Promise.resolve({ connect, url: rabbitUrl ?? '', close: () => Promise.resolve() }));
});
