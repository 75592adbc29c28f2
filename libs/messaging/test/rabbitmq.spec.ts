import { testAmqpUrl } from '@firmbridge/testing';
import { connect } from 'amqplib';
import { consumingSuite, wiringSuite } from './suites/consuming.js';
import { deadLetterDrainSuite } from './suites/dead-letter-drain.js';
import { inboxSuite } from './suites/inbox.js';
import { liveSubscriptionSuite } from './suites/live-subscription.js';
import { outboxSuite } from './suites/outbox.js';
import { publisherSuite } from './suites/publisher.js';
import { queriesSuite } from './suites/queries.js';
import { topologySuite } from './suites/topology.js';

const url = testAmqpUrl();
const whenThereIsRabbit = url === null ? describe.skip : describe;

whenThereIsRabbit('on RabbitMQ (skipped when none was found for the run)', () => {
  const broker = () => ({ connect, url: url ?? '' });
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
