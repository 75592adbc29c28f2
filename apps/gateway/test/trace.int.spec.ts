import { mappingMessages, traceIdOf, type Message } from '@firmbridge/contracts';
import { eventually } from '@firmbridge/testing';
import { openLocalBroker, TestGateway, token, type TestBroker } from './gateway-harness.js';

const { getReplays, replayEntities } = mappingMessages;
const traceId = '0af7651916cd43dd8448eb211c80319c';
const traceparent = `00-${traceId}-b7ad6b7169203331-00`;

let broker: TestBroker;
let gateway: TestGateway;
const lines: Record<string, unknown>[] = [];

beforeAll(async () => {
  broker = await openLocalBroker();
  const logTo = { write: (line: string) => void lines.push(JSON.parse(line) as Record<string, unknown>) };
  gateway = new TestGateway(broker, { LOG_LEVEL: 'debug' }, logTo);
  await gateway.start('mapping');
}, 60_000);
afterAll(async () => {
  await gateway.stop();
  await broker.close();
}, 60_000);
beforeEach(() => {
  gateway.platform.reset();
  lines.length = 0;
});

async function messagesOf(headers: Record<string, string>): Promise<Message[]> {
  await gateway.post('/api/v1/replays', { queue: 'billing.contacts' }, { 'idempotency-key': 'k', ...headers });
  await eventually(() => expect(gateway.platform.of(replayEntities)).toHaveLength(1));
  return [...gateway.platform.of(getReplays), ...gateway.platform.of(replayEntities)];
}

it('carries the trace of the request into every question and command it causes, each a span of its own', async () => {
  const messages = await messagesOf({ traceparent });
  expect(messages.map((message) => traceIdOf(message.traceparent))).toEqual([traceId, traceId]);
  const spans = messages.map((message) => message.traceparent?.split('-')[2]);
  expect(new Set([...spans, 'b7ad6b7169203331']).size).toBe(3);
  expect(messages.map((message) => message.traceparent?.slice(-2))).toEqual(['00', '00']);
});

it.each<Record<string, string>>([
  {},
  { traceparent: 'nonsense' },
  { traceparent: `00-${'0'.repeat(32)}-b7ad6b7169203331-01` },
  { traceparent: `${traceparent}, ${traceparent}` },
])('begins one trace for a request with %j', async (headers) => {
  const traceIds = (await messagesOf(headers)).map((message) => traceIdOf(message.traceparent));
  expect(traceIds).toEqual([expect.stringMatching(/^[0-9a-f]{32}$/), traceIds[0]]);
  expect(traceIds[0]).not.toBe(traceId);
});

it('names conversation and trace in the log line of a request, and of its failure', async () => {
  const answer = await gateway.call('/api/v1/dead-letters', {
    headers: { authorization: `Bearer ${token}`, traceparent },
  });
  expect(answer.status).toBe(503);
  const names = { correlationId: answer.headers['x-correlation-id'], traceId };
  const about = (msg: string) => lines.filter((line) => line['msg'] === msg);
  await eventually(() => expect(about('request errored')).toEqual([expect.objectContaining(names)]));
  expect(about('a request failed')).toEqual([expect.objectContaining(names)]);
});
