import { randomUUID } from 'node:crypto';
import {
  authMessages,
  mappingMessages,
  newMessage,
  newOrigin,
  systemActor,
  type DataOf,
  type MessageContract,
} from '@firmbridge/contracts';
import { LocalBroker } from '@firmbridge/local-broker';
import { applyTopology, BrokerConnections, QueryClient } from '@firmbridge/messaging';
import { startService, type RunningService } from '@firmbridge/service';
import { createTestDatabase, eventually, testNamespace, type TestDatabase } from '@firmbridge/testing';
import { mapping } from '../src/index.js';
import { aClioRecord } from './builders/a-clio-record.js';
import { aRecord } from './mapping-harness.js';

const amqpUrl = 'local://broker';

/** The service as a process would run it. */
describe('mapping behind its queues', () => {
  const namespace = testNamespace();
  const tenantId = randomUUID();
  const connectionId = randomUUID();
  let database: TestDatabase;
  let broker: LocalBroker;
  let service: RunningService;
  let others: BrokerConnections;
  let queries: QueryClient;

  beforeAll(async () => {
    if (mapping.schema === null) throw new Error('mapping keeps entities');
    database = await createTestDatabase({ services: [mapping.schema] });
    broker = await LocalBroker.open({ databaseUrl: database.url });
    await applyTopology({ connect: broker.connect, url: amqpUrl, namespace });
    service = await startService(mapping, {
      connect: broker.connect,
      env: {
        DATABASE_URL: database.url,
        DATABASE_NAMESPACE: database.namespace,
        AMQP_URL: amqpUrl,
        AMQP_NAMESPACE: namespace,
        LOG_LEVEL: 'silent',
      },
    });
    others = new BrokerConnections({ connect: broker.connect, url: amqpUrl, namespace, service: 'clio-sync' });
    await others.open();
    queries = new QueryClient(others, () => new Date());
  });

  afterAll(async () => {
    await queries?.close();
    await others?.close();
    await service?.stop();
    await broker?.close();
    await database?.drop();
  });

  async function publish<C extends MessageContract>(contract: C, data: DataOf<C>, lane?: string): Promise<void> {
    const origin = newOrigin({ service: 'clio-sync', tenantId, now: new Date() });
    const results = await others
      .publisher()
      .publish([newMessage(contract, data as never, origin, lane === undefined ? {} : { lane })]);
    expect(results).toEqual(['confirmed']);
  }

  const asker = { tenantId, actor: systemActor('gateway') };
  const page = (resource: 'contacts' | 'matters') => ({
    connectionId,
    provider: 'clio' as const,
    resource,
    runId: null,
    cause: 'initial' as const,
    records: [aRecord(aClioRecord(resource))],
  });

  it('turns what arrives on both lanes into entities that can be asked for', async () => {
    await publish(authMessages.connectionEstablished, {
      connectionId,
      provider: 'clio',
      region: 'us',
      accountId: '88001',
      accountName: 'Alvarez Law LLP',
      apiOrigin: 'https://app.clio.com',
      status: 'active',
      credential: 'oauth',
      establishedAt: '2026-01-01T00:00:00Z',
    });
    await publish(mappingMessages.normalizeRecords, page('contacts'), 'live');
    await publish(mappingMessages.normalizeRecords, page('matters'), 'backfill');
    const counts = await eventually(
      async () => {
        const reply = await queries.ask(mappingMessages.countEntities, {}, asker);
        return reply.counts.length === 2 ? reply.counts : null;
      },
      { timeoutMs: 20_000 },
    );
    expect(counts).toEqual([
      { entityType: 'contact', count: 1 },
      { entityType: 'matter', count: 1 },
    ]);
    const question = { entityType: null, text: 'clara', entityId: null, limit: 10, cursor: null };
    const { entities } = await queries.ask(mappingMessages.searchEntities, question, asker);
    expect(entities).toMatchObject([{ title: 'Clara Hughes', links: [{ provider: 'clio', recordId: '2401000007' }] }]);
  });

  it('answers a question it cannot answer with the reason', async () => {
    const question = { entityType: null, text: null, entityId: null, limit: 10, cursor: 'nonsense' };
    await expect(queries.ask(mappingMessages.searchEntities, question, asker)).rejects.toMatchObject({
      kind: 'validation',
      code: 'cursor.invalid',
    });
  });
});
