import { systemActor, type Actor } from '@firmbridge/contracts';
import { randomUUID } from 'node:crypto';
import type { UseCases } from '../src/use-cases.js';
import { aConversation, anAccount, aSignIn, asSyncService, connect, Harness, publicUrl } from './harness.js';

const eu = { provider: 'clio', region: 'eu' } as const;
const anApp = (parts: object = {}) => ({
  ...{ ...eu, clientId: 'app-eu', clientSecret: 'app-secret', versionId: null, givesUpConnections: false },
  ...parts,
});

describe('the app of a provider', () => {
  let harness: Harness;
  let replica: UseCases;
  let other: UseCases;
  const without = { CLIO_EU_CLIENT_ID: '', CLIO_EU_CLIENT_SECRET: '', GHL_CLIENT_ID: '', GHL_CLIENT_SECRET: '' };
  const runner: Actor = { kind: 'key', id: 'startup-token', roles: ['admin'] };
  const who = () => aConversation({ actor: runner });
  beforeAll(async () => {
    harness = await Harness.start();
    [replica, other] = [await harness.replica(without), await harness.replica(without)];
  });
  beforeEach(async () => {
    harness.provider.intercept = () => undefined;
    await harness.sql('delete from provider_app');
    await harness.sql("update connection set status = 'disconnected'");
  });
  afterAll(() => harness.stop());

  const list = async (tenantId: string = randomUUID()) => {
    const apps = await replica.listProviderApps.execute(tenantId);
    return Object.fromEntries(apps.map((app) => [`${app.provider}/${app.region}`, app]));
  };

  it('is told for every place, with the address to register and never with its secret', async () => {
    await replica.setProviderApp.execute(anApp(), who());
    const apps = await list();
    expect(Object.keys(apps)).toEqual(['clio/us', 'clio/eu', 'clio/ca', 'clio/au', 'ghl/global']);
    expect(apps['clio/us']).toMatchObject({ source: 'environment', clientId: 'app-us', changedAt: null });
    expect(apps['clio/eu']).toMatchObject({
      ...{ source: 'settings', clientId: 'app-eu', redirectAddress: `${publicUrl}/oauth/callback/clio` },
      ...{ changedAt: expect.any(String), changedBy: 'key:startup-token;admin' },
    });
    expect(apps['ghl/global']).toMatchObject({ source: null, clientId: null });
    expect(JSON.stringify(apps)).not.toContain('app-secret');
    const stored = JSON.stringify(await harness.sql('select * from provider_app'));
    expect(stored).toContain('"client_secret":"v1.');
    expect(stored).not.toContain('app-secret');
  });

  it('is used from the next sign-in on, by every replica', async () => {
    await expect(other.beginAuthorization.execute(aSignIn(eu), aConversation())).rejects.toMatchObject({
      code: 'provider.not_configured',
      message: expect.stringContaining('in Settings, or CLIO_EU_CLIENT_ID and CLIO_EU_CLIENT_SECRET'),
    });
    await replica.setProviderApp.execute(anApp(), who());
    const account = anAccount();
    expect(await connect(other, { ...eu, account }, aConversation())).toMatchObject({
      accountId: account,
      region: 'eu',
    });
    expect(harness.provider.tokenCalls.at(-1)?.form).toMatchObject({ client_id: 'app-eu' });
  });

  it('of GoHighLevel may carry the version that a private app is found by', async () => {
    const ghl = { provider: 'ghl', region: 'global', clientId: 'app-ghl', versionId: 'v42' };
    await replica.setProviderApp.execute(anApp(ghl), who());
    const { authorizeUrl } = await other.beginAuthorization.execute(
      aSignIn({ provider: 'ghl', region: 'global' }),
      aConversation(),
    );
    expect(new URL(authorizeUrl).searchParams.get('version_id')).toBe('v42');
  });

  it('gets a new secret without a restart, and what failed for the old one goes on at once', async () => {
    await replica.setProviderApp.execute(anApp(), who());
    const firm = aConversation();
    const { connectionId } = await connect(replica, { ...eu, account: anAccount() }, firm);
    await harness.expire(connectionId);
    const get = (of: UseCases) =>
      of.getAccessToken.execute({ connectionId, rejectedGeneration: null }, asSyncService(firm, 'clio'));
    // At the provider the secret is another one now.
    harness.provider.intercept = ({ form }) =>
      form['client_secret'] === 'new-secret' ? undefined : { status: 401, body: { error: 'invalid_client' } };
    await expect(get(other)).rejects.toMatchObject({ code: 'provider.app_refused' });
    await expect(get(other)).rejects.toMatchObject({ code: 'token.refresh_paused' });

    harness.provider.intercept = ({ form }) => {
      if (form['client_secret'] !== 'new-secret') return { status: 401, body: { error: 'invalid_client' } };
      return { status: 200, body: { token_type: 'bearer', access_token: 'plain-new', expires_in: 3600 } };
    };
    await replica.setProviderApp.execute(anApp({ clientSecret: 'new-secret' }), who());
    expect(await get(other)).toMatchObject({ accessToken: 'plain-new', generation: 2 });
  });

  it('is not exchanged for another one while connections were made with it, unless they are given up', async () => {
    await replica.setProviderApp.execute(anApp(), who());
    const firm = aConversation();
    await connect(replica, { ...eu, account: anAccount() }, firm);
    expect((await list(firm.tenantId))['clio/eu']).toMatchObject({ connectionCount: 1 });
    expect((await list())['clio/eu']).toMatchObject({ connectionCount: 0 });
    const another = anApp({ clientId: 'app-other' });
    const refused = {
      code: 'provider_app.in_use',
      message: expect.stringMatching(/^One connection was made with the app app-eu/),
    };
    await expect(replica.setProviderApp.execute(another, who())).rejects.toMatchObject(refused);
    await expect(replica.removeProviderApp.execute(eu)).rejects.toMatchObject(refused);
    expect(await replica.setProviderApp.execute({ ...another, givesUpConnections: true }, who())).toMatchObject({
      clientId: 'app-other',
    });
    await harness.sql("update connection set status = 'disconnected'");
    expect(await replica.removeProviderApp.execute(eu)).toMatchObject({ source: null, clientId: null });
  });

  it('of the environment has the say, and of a place that does not exist there is none', async () => {
    await expect(replica.setProviderApp.execute(anApp({ region: 'us' }), who())).rejects.toMatchObject({
      code: 'provider_app.from_environment',
    });
    await expect(replica.removeProviderApp.execute({ provider: 'clio', region: 'us' })).rejects.toMatchObject({
      code: 'provider_app.from_environment',
    });
    for (const place of [{ region: 'global' }, { provider: 'ghl', region: 'us' }]) {
      await expect(replica.setProviderApp.execute(anApp(place), who())).rejects.toMatchObject({
        code: 'provider.wrong_region',
      });
    }
  });

  it('that is taken away rests a refresh instead of ending the grant', async () => {
    await replica.setProviderApp.execute(anApp(), who());
    const firm = aConversation({ actor: systemActor('gateway') });
    const { connectionId } = await connect(replica, { ...eu, account: anAccount() }, firm);
    await harness.expire(connectionId);
    await harness.sql('delete from provider_app');
    const sync = asSyncService(firm, 'clio');
    await expect(
      replica.getAccessToken.execute({ connectionId, rejectedGeneration: null }, sync),
    ).rejects.toMatchObject({
      ...{ kind: 'unavailable', code: 'provider.app_refused' },
    });
    const [connection] = await harness.sql('select status from connection where connection_id = $1', [connectionId]);
    expect(connection).toEqual({ status: 'active' });
  });
});
