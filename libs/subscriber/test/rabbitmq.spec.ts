import { testAmqpUrl } from '@firmbridge/testing';
import { connect } from 'amqplib';
import { brokerSuites } from './suites/index.js';

const url = testAmqpUrl();
const whenThereIsRabbit = url === null ? describe.skip : describe;

whenThereIsRabbit('on RabbitMQ (skipped when none was found for the run)', () => {
  brokerSuites(() => ({ connect, url: url ?? '' }));
});
