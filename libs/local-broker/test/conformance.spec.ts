import { connect } from 'amqplib';
import { createTestDatabase, testAmqpUrl, type TestDatabase } from '@firmbridge/testing';
import { LocalBroker } from '../src/index.js';
import { BrokerLab, type Connect } from './broker-lab.js';
import { confirmChecks } from './conformance/confirms.js';
import { consumerChecks } from './conformance/consumers.js';
import { deadLetterChecks } from './conformance/dead-letters.js';
import { lifetimeChecks } from './conformance/lifetimes.js';
import { routingChecks } from './conformance/routing.js';
import { streamChecks } from './conformance/streams.js';
import { topologyChecks } from './conformance/topology.js';

const checks = {
  ...routingChecks,
  ...topologyChecks,
  ...confirmChecks,
  ...consumerChecks,
  ...deadLetterChecks,
  ...lifetimeChecks,
  ...streamChecks,
};

function conforms(broker: () => { connect: Connect; url: string }): void {
  let lab: BrokerLab;
  beforeEach(() => {
    lab = new BrokerLab(broker().connect, broker().url);
  });
  afterEach(async () => {
    await lab.cleanUp();
  });
  for (const [name, check] of Object.entries(checks)) it(name, () => check(lab));
}

describe('the local broker', () => {
  let database: TestDatabase;
  let broker: LocalBroker;

  beforeAll(async () => {
    database = await createTestDatabase({ services: [] });
    broker = await LocalBroker.open({ databaseUrl: database.url });
  });

  afterAll(async () => {
    await broker.close();
    await database.drop();
  });

  conforms(() => ({ connect: broker.connect, url: 'amqp://local' }));
});

const amqpUrl = testAmqpUrl();
const describeRabbit = amqpUrl === null ? describe.skip : describe;

describeRabbit('RabbitMQ, where one is reachable', () => {
  conforms(() => ({ connect, url: amqpUrl ?? '' }));
});
