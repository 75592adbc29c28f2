import { LocalBroker } from '@firmbridge/local-broker';
import { createTestDatabase, type TestDatabase } from '@firmbridge/testing';
import type { TestBroker } from './harness.js';
import { consumingSuite, wiringSuite } from './suites/consuming.js';
import { deadLetterDrainSuite } from './suites/dead-letter-drain.js';
import { inboxSuite } from './suites/inbox.js';
import { liveSubscriptionSuite } from './suites/live-subscription.js';
import { outboxSuite } from './suites/outbox.js';
import { publisherSuite } from './suites/publisher.js';
import { queriesSuite } from './suites/queries.js';
import { topologySuite } from './suites/topology.js';

describe('on the local broker', () => {
  let databases: TestDatabase;
  let local: LocalBroker;

  beforeAll(async () => {
    databases = await createTestDatabase({ services: [] });
    local = await LocalBroker.open({ databaseUrl: databases.url });
  });
  afterAll(async () => {
    await local.close();
    await databases.drop();
  });

  const broker = (): TestBroker => ({ connect: local.connect, url: 'amqp://local' });
  topologySuite(broker);
  publisherSuite(broker);
  wiringSuite(broker);
  consumingSuite(broker);
  deadLetterDrainSuite(broker);
  queriesSuite(broker);
  outboxSuite(broker);
  inboxSuite(broker);
  liveSubscriptionSuite(broker);
});
