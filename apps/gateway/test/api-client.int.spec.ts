import { createClient, createConfig, getRun, listConnections, startRun } from '@firmbridge/api-client';
import { randomUUID } from 'node:crypto';
import { aConnection, aGhlConnection } from './builders/platform.js';
import { openLocalBroker, TestGateway, token, type TestBroker } from './gateway-harness.js';

let broker: TestBroker;
let gateway: TestGateway;
beforeAll(async () => {
  broker = await openLocalBroker();
  gateway = new TestGateway(broker);
  await gateway.start('auth', 'clio-sync', 'ghl-sync');
}, 60_000);
afterAll(async () => {
  await gateway.stop();
  await broker.close();
});

const client = () => createClient(createConfig({ baseUrl: gateway.url, auth: token }));

it('the generated client reads and writes with the token', async () => {
  const connection = aConnection();
  gateway.platform.connections = [connection, aGhlConnection()];
  const { data } = await listConnections({ client: client() });
  expect(data?.connections[0]).toEqual(connection);
  const key = randomUUID();
  const started = await startRun({
    client: client(),
    path: { connectionId: connection.connectionId },
    headers: { 'Idempotency-Key': key },
    body: { mode: 'incremental', resources: [] },
  });
  expect(started.data).toEqual({ runId: key });
});

it('the generated client hands over the problem of a refusal', async () => {
  const { data, error } = await getRun({ client: client(), path: { runId: randomUUID() } });
  expect(data).toBeUndefined();
  expect(error).toMatchObject({ status: 404, code: 'run.unknown', advice: expect.stringMatching(/./) });
});
