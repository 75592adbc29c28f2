import type { UseCases } from '../src/use-cases.js';
import { aConversation, anAccount, asSyncService, Harness } from './harness.js';

describe('a private integration token', () => {
  let harness: Harness;
  let replica: UseCases;
  beforeAll(async () => {
    harness = await Harness.start();
    replica = await harness.replica();
  });
  afterAll(() => harness.stop());

  async function aLocation() {
    const who = aConversation();
    const locationId = anAccount();
    const token = `plain-pit-${locationId}`;
    harness.provider.allow(token, locationId);
    const connection = await replica.addPrivateToken.execute({ locationId, token }, who);
    const get = (rejectedGeneration: number | null) =>
      replica.getAccessToken.execute(
        { connectionId: connection.connectionId, rejectedGeneration },
        asSyncService(who, 'ghl'),
      );
    return { who, locationId, token, connection, get };
  }

  it('connects the location it is for, and is sealed', async () => {
    const { who, locationId, token, connection, get } = await aLocation();
    expect(connection).toMatchObject({
      ...{ provider: 'ghl', region: 'global', accountId: locationId, accountName: `Location ${locationId}` },
      ...{ credential: 'private_token', status: 'active' },
    });
    expect(await harness.messages(who.tenantId, 'auth.connection-established.v1')).toMatchObject([
      { data: connection },
    ]);
    expect(await get(null)).toMatchObject({ accessToken: token, generation: 1, expiresAt: null });
    expect(JSON.stringify(await harness.sql('select * from credential'))).not.toContain('plain-');
  });

  it('is refused for another location and when it is no token at all', async () => {
    const { token } = await aLocation();
    const add = (locationId: string, text: string) =>
      replica.addPrivateToken.execute({ locationId, token: text }, aConversation());
    await expect(add(anAccount(), token)).rejects.toMatchObject({ code: 'provider.account_hidden' });
    await expect(add(anAccount(), 'pit-made-up')).rejects.toMatchObject({ code: 'provider.token_refused' });
  });

  it('is tried once more before one refused call parks the connection', async () => {
    const { who, get } = await aLocation();
    expect(await get(1)).toMatchObject({ generation: 1 });
    expect(await harness.messages(who.tenantId, 'auth.connection-reauthorization-required.v1')).toEqual([]);
  });

  it('is dead when the provider refuses it twice, until a new one is added', async () => {
    const { who, get, token, locationId, connection } = await aLocation();
    harness.provider.revoke(token);
    await expect(Promise.all([get(1), get(1)])).rejects.toMatchObject({ kind: 'unauthorized' });
    await expect(get(null)).rejects.toMatchObject({ code: 'connection.reauthorization_required' });
    expect(await harness.messages(who.tenantId, 'auth.connection-reauthorization-required.v1')).toHaveLength(1);

    harness.provider.allow('plain-pit-new', locationId);
    const again = await replica.addPrivateToken.execute({ locationId, token: 'plain-pit-new' }, who);
    expect(again.connectionId).toBe(connection.connectionId);
    expect(await get(null)).toMatchObject({ accessToken: 'plain-pit-new', generation: 2 });
  });

  it('is left alone while GoHighLevel cannot be asked', async () => {
    const { get } = await aLocation();
    harness.provider.accountStatus = 503;
    expect(await get(1)).toMatchObject({ generation: 1 });
    harness.provider.accountStatus = 200;
  });
});
