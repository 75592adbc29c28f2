import { randomUUID } from 'node:crypto';
import { authMessages, mappingMessages, syncMessages } from '@firmbridge/contracts';
import { eventually } from '@firmbridge/testing';
import { mapping } from '../src/index.js';
import { aClioRecord } from './builders/a-clio-record.js';
import { aRecord } from './mapping-harness.js';
import { RunningServices } from '../../../libs/service/test/running-services.js';

/** The service as a process would run it. */
describe('mapping behind its queues', () => {
  const connectionId = randomUUID();
  let services: RunningServices;

  beforeAll(async () => {
    services = await RunningServices.open(randomUUID(), [mapping.schema]);
    await services.start(mapping);
  });
  afterAll(() => services?.stop());

  const page = (resource: 'contacts' | 'matters') => ({
    connectionId,
    provider: 'clio' as const,
    resource,
    runId: null,
    cause: 'initial' as const,
    records: [aRecord(aClioRecord(resource))],
  });

  it('turns what arrives on both lanes into entities that can be asked for', async () => {
    await services.publish(authMessages.connectionEstablished, {
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
    await services.publish(mappingMessages.normalizeRecords, page('contacts'), { lane: 'live' });
    await services.publish(mappingMessages.normalizeRecords, page('matters'), { lane: 'backfill' });
    const counts = await eventually(
      async () => {
        const reply = await services.ask(mappingMessages.countEntities, {});
        return reply.counts.length === 2 ? reply.counts : null;
      },
      { timeoutMs: 20_000 },
    );
    expect(counts).toEqual([
      { entityType: 'contact', count: 1 },
      { entityType: 'matter', count: 1 },
    ]);
    const question = { entityType: null, text: 'clara', entityId: null, limit: 10, cursor: null };
    const { entities } = await services.ask(mappingMessages.searchEntities, question);
    expect(entities).toMatchObject([{ title: 'Clara Hughes', links: [{ provider: 'clio', recordId: '2401000007' }] }]);
  });

  it('answers a question it cannot answer with the reason', async () => {
    const question = { entityType: null, text: null, entityId: null, limit: 10, cursor: 'nonsense' };
    await expect(services.ask(mappingMessages.searchEntities, question)).rejects.toMatchObject({
      kind: 'validation',
      code: 'cursor.invalid',
    });
  });

  it('sets aside what came of a write for a connection that stays unknown, and says which', async () => {
    const { writeFinished } = syncMessages;
    const write = { ...writeFinished.data.parse(writeFinished.example), connectionId: randomUUID() };
    await services.lastAttempt('mapping.keep-links', writeFinished, write);
    expect(await services.deadLetter('mapping.keep-links')).toMatchObject({
      code: 'mapping.connection_unknown',
      reason: `The tenant of this message has no connection ${write.connectionId} that mapping knows of.`,
    });
  });
});
