import type { Region } from '@firmbridge/contracts';
import { schemaDrift } from '@firmbridge/database';
import { randomBytes, randomUUID } from 'node:crypto';
import { auth } from '../src/index.js';
import type { UseCases } from '../src/use-cases.js';
import { aConversation, anAccount, aSignIn, browserNonce, connect, Harness, publicUrl, stateOf } from './harness.js';

describe('connecting an account', () => {
  let harness: Harness;
  let replica: UseCases;
  beforeAll(async () => {
    harness = await Harness.start();
    replica = await harness.replica();
  });
  afterAll(() => harness.stop());

  const complete = (
    state: string,
    account: string,
    parts: { error?: string; provider?: 'clio' | 'ghl'; nonce?: string } = {},
  ) =>
    replica.completeAuthorization.execute({
      provider: parts.provider ?? 'clio',
      state,
      code: parts.error === undefined ? account : null,
      error: parts.error ?? null,
      nonce: parts.nonce ?? browserNonce,
    });

  it('has tables that agree with the entities', async () => {
    expect(await schemaDrift(await harness.database.connect(auth.schema!))).toBe('');
  });

  it.each<Region>(['us', 'eu', 'ca', 'au'])(
    'connects a Clio account of the region %s and tells of it',
    async (region) => {
      const who = aConversation();
      const account = anAccount();
      const connection = await connect(replica, { provider: 'clio', region, account }, who);

      expect(connection).toMatchObject({
        ...{
          provider: 'clio',
          region,
          accountId: account,
          accountName: `Firm ${account}`,
          status: 'active',
          credential: 'oauth',
        },
        apiOrigin: `${harness.provider.origin}/clio/${region}`,
      });
      const [established] = await harness.messages(who.tenantId, 'auth.connection-established.v1');
      expect(established).toMatchObject({ correlationId: who.correlationId, actor: who.actor, data: connection });
      const exchange = harness.provider.tokenCalls.at(-1)!;
      expect(exchange.path).toBe(`/clio/${region}/oauth/token`);
      expect(exchange.form).toMatchObject({
        client_id: `app-${region}`,
        redirect_uri: `${publicUrl}/oauth/callback/clio`,
      });
      expect((await replica.listConnections.execute(who.tenantId)).connections).toEqual([connection]);
    },
  );

  it('connects a GoHighLevel location under the name it has there', async () => {
    const account = anAccount();
    const connection = await connect(replica, { provider: 'ghl', region: 'global', account }, aConversation());
    expect(connection).toMatchObject({ provider: 'ghl', accountId: account, accountName: `Location ${account}` });
  });

  it('sends the person to the provider with all it needs', async () => {
    const wish = aSignIn({ provider: 'ghl', region: 'global' });
    const { authorizeUrl, expiresAt } = await replica.beginAuthorization.execute(wish, aConversation());
    const url = new URL(authorizeUrl);
    expect(url.origin + url.pathname).toBe(`${harness.provider.origin}/ghl/v2/oauth/chooselocation`);
    expect(Object.fromEntries(url.searchParams)).toMatchObject({
      ...{
        response_type: 'code',
        client_id: 'app-ghl',
        redirect_uri: `${publicUrl}/oauth/callback/ghl`,
        version_id: 'v7',
      },
      scope: expect.stringMatching(/contacts\.write.* oauth\.write/),
    });
    expect(expiresAt.getTime() - Date.now()).toBeGreaterThan(9 * 60_000);
  });

  it('keeps no token and no state in the clear', async () => {
    const who = aConversation();
    const state = await stateOf(replica, { provider: 'clio', region: 'us' }, who);
    await connect(replica, { provider: 'ghl', region: 'global', account: anAccount() }, who);
    const tables = ['tenant', 'connection', 'credential', 'oauth_state', 'outbox_message', 'data_key'];
    for (const table of tables) {
      const text = JSON.stringify(await harness.sql(`select * from ${table}`));
      expect(text).not.toContain('plain-');
      expect(text).not.toContain('app-secret');
      expect(text).not.toContain(state);
    }
  });

  it('records the calls it took, without their secrets', async () => {
    const who = aConversation();
    const { connectionId } = await connect(replica, { provider: 'clio', region: 'us', account: anAccount() }, who);
    const calls = await harness.messages(who.tenantId, 'provider.call-attempted.v1');
    expect(calls.map(({ data }) => [data['operation'], data['status'], data['connectionId'], data['service']])).toEqual(
      [
        ['clio.exchange-code', 200, connectionId, 'auth'],
        ['clio.who-am-i', 200, connectionId, 'auth'],
      ],
    );
    expect(JSON.parse(String(calls[0]!.data['requestBody']))).toMatchObject({
      ...{ grant_type: 'authorization_code', client_id: 'app-us', code: '[secret]', client_secret: '[secret]' },
    });
    expect(calls[0]!.data['responseBody']).toBeNull();
  });

  it('takes a state once', async () => {
    const state = await stateOf(replica, { provider: 'clio', region: 'us' }, aConversation());
    expect(await complete(state, anAccount())).toMatchObject({ kind: 'connected' });
    await expect(complete(state, anAccount())).rejects.toMatchObject({ code: 'oauth.state_unknown' });
  });

  it('lets one of two simultaneous returns with the same state through', async () => {
    const state = await stateOf(replica, { provider: 'clio', region: 'us' }, aConversation());
    const account = anAccount();
    const outcomes = await Promise.allSettled([complete(state, account), complete(state, account)]);
    expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  });

  it('refuses a state that it did not give, that is over, or that is of the other provider', async () => {
    const over = await stateOf(replica, { provider: 'clio', region: 'us' }, aConversation());
    await harness.sql('update oauth_state set expires_at = clock_timestamp()');
    const ofGhl = await stateOf(replica, { provider: 'ghl', region: 'global' }, aConversation());
    const calls = harness.provider.tokenCalls.length;
    for (const state of ['made-up', '', over, ofGhl]) {
      await expect(complete(state, anAccount())).rejects.toMatchObject({ code: 'oauth.state_unknown' });
    }
    expect(harness.provider.tokenCalls).toHaveLength(calls);
  });

  it('takes a person who declines at their word', async () => {
    const who = aConversation();
    const state = await stateOf(replica, { provider: 'clio', region: 'us' }, who);
    expect(await complete(state, '', { error: 'access_denied' })).toMatchObject({ kind: 'declined', provider: 'clio' });
    expect(await replica.listConnections.execute(who.tenantId)).toEqual({ connections: [], pairings: [] });
  });

  it('refuses an account that another firm has connected', async () => {
    const account = anAccount();
    const mine = await connect(replica, { provider: 'clio', region: 'us', account }, aConversation());
    const stranger = aConversation();
    await expect(connect(replica, { provider: 'clio', region: 'us', account }, stranger)).rejects.toMatchObject({
      kind: 'conflict',
      code: 'connection.held_elsewhere',
    });
    expect((await replica.listConnections.execute(stranger.tenantId)).connections).toEqual([]);
    const calls = await harness.messages(stranger.tenantId, 'provider.call-attempted.v1');
    expect(calls).toHaveLength(2);
    // The same number in another region is another account.
    const other = await connect(replica, { provider: 'clio', region: 'eu', account }, stranger);
    expect(other.connectionId).not.toBe(mine.connectionId);
  });

  it('gives an account that two firms connect at the same moment to one of them', async () => {
    const account = anAccount();
    const signIn = { provider: 'clio', region: 'us', account } as const;
    const outcomes = await Promise.allSettled([1, 2, 3, 4].map(() => connect(replica, signIn, aConversation())));
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    for (const outcome of outcomes) {
      if (outcome.status === 'rejected') expect(outcome.reason).toMatchObject({ code: 'connection.held_elsewhere' });
    }
  });

  it('keeps the connection when its account is connected again, with new tokens', async () => {
    const who = aConversation();
    const signIn = { provider: 'clio', region: 'us', account: anAccount() } as const;
    const first = await connect(replica, signIn, who);
    const again = await connect(replica, signIn, who);
    expect(again.connectionId).toBe(first.connectionId);
    expect(again.establishedAt > first.establishedAt).toBe(true);
    const [row] = await harness.sql('select generation from credential where connection_id = $1', [first.connectionId]);
    expect(row).toEqual({ generation: 2 });
    expect(await harness.messages(who.tenantId, 'auth.connection-established.v1')).toHaveLength(2);
  });

  it('refuses another account while one waits to be reconnected, and names the right one', async () => {
    const who = aConversation();
    const account = anAccount();
    const { connectionId } = await connect(replica, { provider: 'clio', region: 'us', account }, who);
    await harness.sql("update connection set status = 'reauthorization_required' where connection_id = $1", [
      connectionId,
    ]);

    await expect(connect(replica, { provider: 'clio', region: 'us', account: anAccount() }, who)).rejects.toMatchObject(
      {
        code: 'connection.another_account',
        message: expect.stringContaining(`Firm ${account} (${account}) waits to be reconnected`),
      },
    );
    const again = await connect(replica, { provider: 'clio', region: 'us', account }, who);
    expect(again).toMatchObject({ connectionId, status: 'active' });
  });

  it('says which variables to set for a region without an app', async () => {
    const poor = await harness.replica({ CLIO_AU_CLIENT_ID: '', CLIO_AU_CLIENT_SECRET: '' });
    const wish = aSignIn({ region: 'au' });
    await expect(poor.beginAuthorization.execute(wish, aConversation())).rejects.toMatchObject({
      code: 'provider.not_configured',
      message: expect.stringContaining('CLIO_AU_CLIENT_ID and CLIO_AU_CLIENT_SECRET'),
    });
  });

  it('returns only to our own pages', async () => {
    const begin = (returnTo: string) => replica.beginAuthorization.execute(aSignIn({ returnTo }), aConversation());
    await expect(begin('https://evil.example/')).rejects.toMatchObject({ code: 'oauth.return_address' });
    const { authorizeUrl } = await begin(`${publicUrl}/connections`);
    const state = new URL(authorizeUrl).searchParams.get('state')!;
    expect(await complete(state, anAccount())).toMatchObject({ returnTo: `${publicUrl}/connections` });
  });

  it.each<[string, number, Record<string, unknown>]>([
    ['a code that is too old', 400, { error: 'invalid_grant' }],
    ['a wrong client secret', 401, { error: 'invalid_client' }],
    ['a token endpoint that is down', 503, { message: 'maintenance' }],
    ['an answer without tokens', 200, { hello: 'world' }],
  ])('refuses %s with a sentence and keeps nothing', async (_, status, body) => {
    const who = aConversation();
    const state = await stateOf(replica, { provider: 'clio', region: 'us' }, who);
    harness.provider.intercept = () => ({ status, body });
    const result = await complete(state, anAccount());
    harness.provider.intercept = () => undefined;
    expect(result).toMatchObject({ kind: 'refused', error: { isAppError: true } });
    expect(await replica.listConnections.execute(who.tenantId)).toEqual({ connections: [], pairings: [] });
    expect(await harness.messages(who.tenantId)).toMatchObject([{ data: { operation: 'clio.exchange-code', status } }]);
  });

  it('asks again who signed in when Clio is briefly away', async () => {
    const account = anAccount();
    const before = harness.provider.accountCalls.length;
    harness.provider.accountStatus = 503;
    const connecting = connect(replica, { provider: 'clio', region: 'us', account }, aConversation());
    while (harness.provider.accountCalls.length === before) await new Promise((resolve) => setImmediate(resolve));
    harness.provider.accountStatus = 200;
    expect(await connecting).toMatchObject({ accountId: account });
  });

  describe('again', () => {
    const begin = (connectionId: string, who = aConversation()) =>
      replica.beginAuthorization.execute(aSignIn({ connectionId }), who);

    it('is begun for one connection and takes no other account, which it names beside the right one', async () => {
      const who = aConversation();
      const [first, second] = [anAccount(), anAccount()];
      const signIn = { provider: 'clio', region: 'us' } as const;
      const { connectionId } = await connect(replica, { ...signIn, account: first }, who);
      await connect(replica, { ...signIn, account: second }, who);

      // Also an account that this firm has connected, and although none waits to be reconnected.
      for (const account of [second, anAccount()]) {
        await expect(connect(replica, { ...signIn, account, connectionId }, who)).rejects.toMatchObject({
          code: 'connection.another_account',
          message:
            `Firm ${first} (${first}) waits to be reconnected, but you signed in to Firm ${account} (${account}). ` +
            'Sign in to the same account as before.',
        });
      }
      expect(await connect(replica, { ...signIn, account: first, connectionId }, who)).toMatchObject({ connectionId });
      expect((await replica.listConnections.execute(who.tenantId)).connections).toHaveLength(2);
    });

    it('is begun only for a connection of this firm at this provider', async () => {
      const who = aConversation();
      const ghl = await connect(replica, { provider: 'ghl', region: 'global', account: anAccount() }, who);
      const clio = await connect(replica, { provider: 'clio', region: 'us', account: anAccount() }, who);
      await expect(begin(ghl.connectionId, who)).rejects.toMatchObject({ code: 'connection.not_found' });
      await expect(begin(randomUUID(), who)).rejects.toMatchObject({ code: 'connection.not_found' });
      await expect(begin(clio.connectionId)).rejects.toMatchObject({ code: 'connection.not_found' });
      await expect(begin(clio.connectionId, who)).resolves.toBeDefined();
    });
  });

  describe('in a browser', () => {
    const other = randomBytes(32).toString('base64url');

    it('is finished by the one that began, and by no other that got hold of the state', async () => {
      const state = await stateOf(replica, {}, aConversation());
      const calls = harness.provider.tokenCalls.length;
      for (const nonce of [other, '']) {
        await expect(complete(state, anAccount(), { nonce })).rejects.toMatchObject({ code: 'oauth.other_browser' });
      }
      expect(harness.provider.tokenCalls).toHaveLength(calls);
      expect(await complete(state, anAccount())).toMatchObject({ kind: 'connected' });
    });

    it('is found by what the browser shows when the provider keeps the state to itself', async () => {
      const account = anAccount();
      await replica.beginAuthorization.execute(aSignIn({ provider: 'ghl', region: 'global' }), aConversation());
      await replica.beginAuthorization.execute(aSignIn(), aConversation());
      const returned = (nonce: string | null) =>
        replica.completeAuthorization.execute({ provider: 'ghl', code: account, error: null, state: null, nonce });
      await expect(returned(null)).rejects.toMatchObject({ code: 'oauth.state_unknown' });
      await expect(returned(other)).rejects.toMatchObject({ code: 'oauth.state_unknown' });
      expect(await returned(browserNonce)).toMatchObject({ kind: 'connected', connection: { provider: 'ghl' } });
    });

    it('that is not known yet has to be confirmed first, by one person', async () => {
      const who = aConversation();
      const { authorizeUrl } = await replica.beginAuthorization.execute(aSignIn({ browserNonceHash: null }), who);
      expect(authorizeUrl).toContain(`${publicUrl}/oauth/start/clio?state=`);
      const state = new URL(authorizeUrl).searchParams.get('state')!;
      await expect(complete(state, anAccount())).rejects.toMatchObject({ code: 'oauth.other_browser' });

      const shown = await replica.showAuthorization.execute('clio', state);
      expect(shown).toMatchObject({ provider: 'clio', region: 'us', firmName: null, begunBy: who.actor });
      const confirm = (nonce: string) => replica.confirmAuthorization.execute({ provider: 'clio', state, nonce });
      expect((await confirm(other)).authorizeUrl).toContain(`${harness.provider.origin}/clio/us/oauth/authorize`);
      await expect(confirm(browserNonce)).rejects.toMatchObject({ code: 'oauth.state_unknown' });
      await expect(replica.showAuthorization.execute('clio', state)).rejects.toMatchObject({
        code: 'oauth.state_unknown',
      });
      await expect(complete(state, anAccount())).rejects.toMatchObject({ code: 'oauth.other_browser' });
      expect(await complete(state, anAccount(), { nonce: other })).toMatchObject({ kind: 'connected' });
    });
  });
});
