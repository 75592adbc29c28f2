import {
  authMessages,
  newMessage,
  newOrigin,
  syncMessages,
  type MessageContract,
  type Run,
} from '@firmbridge/contracts';
import { eventually, testAmqpUrl } from '@firmbridge/testing';
import { randomUUID } from 'node:crypto';
import type { z } from 'zod';
import { aConnection, aFinishedRun, aProblem, aRun } from './builders/platform.js';
import { openLocalBroker, openRabbit, TestGateway, type TestBroker } from './gateway-harness.js';

const { runProgressed, problemRaised } = syncMessages;

function streamSuite(openBroker: () => Promise<TestBroker>): void {
  let broker: TestBroker;
  let gateway: TestGateway;

  beforeAll(async () => {
    broker = await openBroker();
    gateway = new TestGateway(broker, { STREAM_HEARTBEAT_SECONDS: '1', STREAM_MAX_CLIENTS: '4' });
    await gateway.start('clio-sync');
  }, 60_000);
  afterAll(async () => {
    await gateway.stop();
    await broker.close();
  }, 60_000);
  beforeEach(() => gateway.platform.reset());

  async function publish<C extends MessageContract>(
    contract: C,
    data: z.input<C['data']>,
    tenantId = gateway.tenantId,
  ) {
    const origin = newOrigin({ service: 'clio-sync', tenantId, now: new Date() });
    await gateway.publisher.publish([newMessage(contract, data, origin)]);
  }

  it('tells the current runs first, oldest first, and then what happens', async () => {
    const runs: Run[] = [aRun(), aFinishedRun()];
    gateway.platform.runs = runs;
    const stream = await gateway.stream();
    await eventually(() => expect(stream.of('run')).toEqual(runs.toReversed()));
    const later = { ...aRun(), state: 'completed' as const };
    await publish(runProgressed, later);
    await eventually(() => expect(stream.of('run').at(-1)).toEqual(later));
    stream.close();
  });

  it('tells nothing of another tenant', async () => {
    const stream = await gateway.stream();
    const ours = aRun();
    await publish(runProgressed, aRun(), randomUUID());
    await publish(problemRaised, aProblem(), randomUUID());
    await publish(runProgressed, ours);
    await eventually(() => expect(stream.events).toEqual([{ event: 'run', data: ours }]));
    stream.close();
  });

  it('tells problems with advice, and what became of connections', async () => {
    const stream = await gateway.stream();
    const { problemId: _id, correlationId: _conversation, occurredAt: _at, ...raised } = aProblem();
    await publish(problemRaised, raised);
    await eventually(() =>
      expect(stream.of('problem')).toEqual([
        expect.objectContaining({ ...raised, advice: expect.stringMatching(/./), problemId: expect.any(String) }),
      ]),
    );
    const { connectionId, ...connection } = aConnection();
    await publish(authMessages.connectionEstablished, { connectionId, ...connection });
    const reason = 'The grant was revoked.';
    await publish(authMessages.connectionReauthorizationRequired, { connectionId, provider: 'clio', reason });
    await eventually(() =>
      expect(stream.of('connection')).toEqual([
        { connectionId, provider: 'clio', status: 'active' },
        { connectionId, provider: 'clio', status: 'reauthorization_required' },
      ]),
    );
    stream.close();
  });

  it('keeps a quiet connection alive', async () => {
    const stream = await gateway.stream();
    await eventually(() => expect(stream.comments).toContain(': still here'));
    stream.close();
  });

  it('works while the service that knows the runs is away', async () => {
    await gateway.stopStandIn('clio-sync');
    const stream = await gateway.stream();
    const run = aRun();
    await publish(runProgressed, run);
    await eventually(() => expect(stream.of('run')).toContainEqual(run));
    stream.close();
  });

  it('refuses more pages than it is made for, until one is closed', async () => {
    const streams = await Promise.all(Array.from({ length: 4 }, () => gateway.stream()));
    const refused = await gateway.get('/api/v1/stream');
    expect([refused.status, refused.json()['code'], refused.headers['retry-after']]).toEqual([
      503,
      'stream.full',
      '10',
    ]);
    for (const stream of streams) stream.close();
    const again = await eventually(async () => {
      const stream = await gateway.stream();
      return stream.response.statusCode === 200 && stream;
    });
    again.close();
  });
}

describe('the stream on the local broker', () => streamSuite(openLocalBroker));

const describeWithRabbit = testAmqpUrl() === null ? describe.skip : describe;
describeWithRabbit('the stream on RabbitMQ', () => streamSuite(openRabbit));

it('says good-bye to open pages when the gateway stops', async () => {
  const broker = await openLocalBroker();
  const gateway = new TestGateway(broker);
  await gateway.start('clio-sync');
  gateway.platform.runs = [aRun()];
  const stream = await gateway.stream();
  await eventually(() => stream.of('run'));
  const stopping = gateway.stopService();
  await eventually(() => expect(stream.of('end')).toEqual([{ reason: 'stopping' }]));
  await stopping;
  await gateway.stop();
  await broker.close();
});
