import { newMessage, newOrigin, syncMessages, traceIdOf, type Envelope } from '@firmbridge/contracts';
import { LocalBroker } from '@firmbridge/local-broker';
import { applyTopology, messagingEntities, messagingMigrations, queueOf } from '@firmbridge/messaging';
import { createTestDatabase, eventually, testNamespace, type TestDatabase } from '@firmbridge/testing';
import type { Channel } from 'amqplib';
import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { startService, type RunningService, type ServiceDefinition, type ServiceStorage } from '../src/index.js';

const amqpUrl = 'local://broker';
const tenantId = randomUUID();

/** Of the services it has only what all of them have. */
const schema = { service: 'errand-runner', entities: messagingEntities, migrations: messagingMigrations };
let storage: ServiceStorage | null = null;
class ErrandModule {}
const errandRunner: ServiceDefinition<object> = {
  name: 'errand-runner',
  config: z.object({}),
  schema,
  module: (context) => {
    storage = context.storage;
    return { module: ErrandModule };
  },
};

describe('every service', () => {
  const namespace = testNamespace();
  let database: TestDatabase;
  let broker: LocalBroker;
  let service: RunningService;
  let channel: Channel;

  beforeAll(async () => {
    database = await createTestDatabase({ services: [schema] });
    broker = await LocalBroker.open({ databaseUrl: database.url });
    await applyTopology({ connect: broker.connect, url: amqpUrl, namespace });
    channel = await (await broker.connect(amqpUrl)).createChannel();
    service = await startService(errandRunner, {
      connect: broker.connect,
      env: {
        DATABASE_URL: database.url,
        DATABASE_NAMESPACE: database.namespace,
        AMQP_URL: amqpUrl,
        AMQP_NAMESPACE: namespace,
        LOG_LEVEL: 'silent',
      },
    });
  });
  afterAll(async () => {
    await service?.stop();
    await broker?.close();
    await database?.drop();
  });

  const queue = (name: string) => queueOf(namespace, name);
  const writeFinished = (origin = newOrigin({ service: 'errand-runner', tenantId, now: new Date() })) =>
    newMessage(
      syncMessages.writeFinished,
      {
        taskId: randomUUID(),
        provider: 'ghl',
        connectionId: randomUUID(),
        resource: 'contacts',
        entityType: 'contact',
        entityId: randomUUID(),
        entityVersion: { epoch: 0, n: 1 },
        outcome: 'succeeded',
        recordId: 'r1',
        reason: null,
      },
      origin,
    );
  const write = (...messages: ReturnType<typeof writeFinished>[]) =>
    storage?.database.inTenant(tenantId, async (tx) => storage?.outbox.add(tx, messages));
  const metrics = async () => (await fetch(`${service.url}/metrics`)).text();
  const take = (name: string) => eventually(() => channel.get(queue(name), { noAck: true }));

  it('carries the trace of a message through its outbox into envelope and headers', async () => {
    const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
    await write(writeFinished(newOrigin({ service: 'errand-runner', tenantId, now: new Date(), traceparent })));
    const message = await take('mapping.keep-links');
    const envelope = JSON.parse(message.content.toString()) as Envelope;
    expect(traceIdOf(envelope.traceparent)).toBe('0af7651916cd43dd8448eb211c80319c');
    expect(message.properties.headers).toEqual({ traceparent: envelope.traceparent });
  });

  it('makes a problem, once, of a message that no queue wants, and sends it when a queue does', async () => {
    await channel.unbindQueue(queue('mapping.keep-links'), `${namespace}.events`, 'sync.write-finished');
    await write(writeFinished(), writeFinished());
    const problem = JSON.parse((await take('audit-log.keep-problems')).content.toString()) as Envelope;
    expect(problem).toMatchObject({
      tenantid: tenantId,
      data: {
        service: 'errand-runner',
        code: 'outbox.stopped',
        message: expect.stringContaining('migration') as string,
      },
    });
    await eventually(async () => expect(await metrics()).toContain('firmbridge_outbox_stopped_keys 1'));
    await channel.bindQueue(queue('mapping.keep-links'), `${namespace}.events`, 'sync.write-finished');
    await take('mapping.keep-links');
    await take('mapping.keep-links');
    await eventually(async () => expect(await metrics()).toContain('firmbridge_outbox_stopped_keys 0'));
    expect(await channel.get(queue('audit-log.keep-problems'), { noAck: true })).toBe(false);
  });

  it('says in its metrics what outbox and inbox did', async () => {
    const text = await metrics();
    expect(text).toMatch(/^firmbridge_outbox_published_total \d+$/m);
    expect(text).toMatch(/^firmbridge_outbox_returned_total [1-9]/m);
    expect(text).toMatch(/^firmbridge_inbox_duplicates_total 0$/m);
    expect(text).toMatch(/^# TYPE firmbridge_queue_attached gauge$/m);
  });
});
