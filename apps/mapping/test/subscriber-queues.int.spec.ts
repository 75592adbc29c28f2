import { randomUUID } from 'node:crypto';
import { LocalBroker } from '@firmbridge/local-broker';
import { BrokerConnections, type BrokerConnect } from '@firmbridge/messaging';
import { createTestDatabase, testAmqpUrl, testNamespace } from '@firmbridge/testing';
import amqplib from 'amqplib';
import { SubscriberQueues } from '../src/outbound/broker/subscriber-queues.js';

interface Place {
  readonly connect: BrokerConnect;
  readonly url: string;
  close(): Promise<void>;
}

async function localBroker(): Promise<Place> {
  const database = await createTestDatabase({ services: [] });
  const broker = await LocalBroker.open({ databaseUrl: database.url });
  const close = async () => {
    await broker.close();
    await database.drop();
  };
  return { connect: broker.connect, url: 'local://broker', close };
}

const rabbitUrl = testAmqpUrl();
const places: [string, () => Promise<Place>][] = [['the local broker', localBroker]];
if (rabbitUrl !== null) {
  const close = () => Promise.resolve();
  places.push(['RabbitMQ', () => Promise.resolve({ connect: amqplib.connect, url: rabbitUrl, close })]);
}

describe.each(places)('a queue on %s', (_, open) => {
  let place: Place;
  let connections: BrokerConnections;
  let queues: SubscriberQueues;

  beforeAll(async () => {
    place = await open();
    connections = new BrokerConnections({ ...place, namespace: testNamespace(), service: 'mapping' });
    queues = new SubscriberQueues(connections);
  });
  afterAll(async () => {
    await connections.close();
    await place.close();
  });

  it('exists when somebody declared it, also for itself alone, and as often as one asks', async () => {
    const model = await place.connect(place.url);
    const channel = await model.createChannel();
    const [shared, own] = [`reports.${randomUUID()}`, `reports.${randomUUID()}`];
    await channel.assertQueue(shared, { durable: true });
    await channel.assertQueue(own, { exclusive: true });
    expect(await queues.exists(`reports.${randomUUID()}`)).toBe(false);
    expect(await queues.exists(shared)).toBe(true);
    expect(await queues.exists(own)).toBe(true);
    await channel.deleteQueue(shared);
    expect(await queues.exists(shared)).toBe(false);
    await model.close();
  });
});

describe('a broker that cannot be asked', () => {
  it('is no missing queue', async () => {
    const connections = new BrokerConnections({
      connect: amqplib.connect,
      url: 'amqp://127.0.0.1:1',
      namespace: testNamespace(),
      service: 'mapping',
    });
    await expect(new SubscriberQueues(connections).exists('reports.entities')).rejects.toMatchObject({
      code: 'broker.unavailable',
      retryable: true,
    });
    await connections.close();
  });
});
