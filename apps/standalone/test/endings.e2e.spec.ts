import { authMessages, newMessage, newOrigin, systemActor, type MessageContract } from '@firmbridge/contracts';
import { BrokerConnections, QueryClient } from '@firmbridge/messaging';
import { eventually } from '@firmbridge/testing';
import { randomUUID } from 'node:crypto';
import type { z } from 'zod';
import { demoTenantId } from '../src/environment.js';
import { startTestPlatform, type TestPlatform } from './test-platform.js';

describe('an ending through all services', () => {
  let test: TestPlatform;
  let broker: BrokerConnections;
  let queries: QueryClient;
  const asker = { tenantId: demoTenantId, actor: systemActor('gateway') };
  beforeAll(async () => {
    test = await startTestPlatform({ amqpUrl: null });
    const { addresses, namespaces } = test.settings;
    broker = new BrokerConnections({
      ...{ connect: test.connect, url: addresses.amqpUrl, namespace: namespaces.amqp, service: 'gateway' },
    });
    queries = new QueryClient(broker, () => new Date());
    await broker.open();
  }, 60_000);
  afterAll(async () => {
    await queries.close();
    await broker.close();
    await test.stop();
  }, 60_000);

  async function send<C extends MessageContract>(contract: C, data: z.input<C['data']>): Promise<void> {
    const origin = newOrigin({ service: 'gateway', now: new Date(), ...asker });
    expect(await broker.publisher().publish([newMessage(contract, data, origin)])).toEqual(['confirmed']);
  }

  it('disconnects an account whose work has stopped, and then erases the firm everywhere', async () => {
    const [clio, ghl] = [await test.demo.connect('clio'), await test.demo.connect('ghl')];
    await test.demo.pair(clio, ghl);
    await eventually(async () => expect((await test.demo.entities('matter')).length).toBeGreaterThan(0), {
      timeoutMs: 60_000,
    });

    await send(authMessages.disconnectConnection, { connectionId: ghl.connectionId });
    await eventually(
      async () => {
        const { disconnections } = await queries.ask(
          authMessages.getDisconnections,
          { connectionId: ghl.connectionId, limit: 1 },
          asker,
        );
        expect(disconnections).toMatchObject([{ state: 'done', revocation: 'revoked', missing: [] }]);
      },
      { timeoutMs: 60_000 },
    );
    expect((await test.demo.connections()).map(({ provider }) => provider)).toEqual(['clio']);

    await send(authMessages.eraseTenant, { erasureId: randomUUID(), confirmation: demoTenantId });
    const record = await eventually(
      async () => {
        const question = { scope: 'platform', limit: 5 } as const;
        const { erasures } = await queries.ask(authMessages.getErasures, question, asker);
        return erasures.find(({ state }) => state === 'done');
      },
      { timeoutMs: 90_000 },
    );
    expect(record.acknowledged.map(({ service }) => service).sort()).toEqual(
      ['audit-log', 'auth', 'clio-sync', 'ghl-sync', 'mapping'].sort(),
    );
    for (const { rowsDeleted } of record.acknowledged) expect(rowsDeleted).toBeGreaterThan(0);
    expect(record.remains.length).toBeGreaterThan(0);
    expect(await test.demo.connections()).toEqual([]);
    expect(await test.demo.entities('matter')).toEqual([]);
  }, 240_000);
});
