import {
  authMessages,
  newMessage,
  newOrigin,
  systemActor,
  type Actor,
  type Connection,
  type Provider,
  type Region,
} from '@firmbridge/contracts';
import { LocalBroker } from '@firmbridge/local-broker';
import { applyTopology, BrokerConnections, QueryClient } from '@firmbridge/messaging';
import { createSandbox, defaultClioApp, type Sandbox } from '@firmbridge/sandbox';
import { startService, type RunningService } from '@firmbridge/service';
import { createTestDatabase, eventually, testNamespace, type TestDatabase } from '@firmbridge/testing';
import { randomBytes, randomUUID } from 'node:crypto';
import { createServer } from 'node:net';
import { auth } from '../src/index.js';

const amqpUrl = 'local://broker';
const returnPage = 'http://dashboard.firmbridge.example/connections';

/** The service as a process would run it, the sandbox in the place of both providers, a browser of a few lines. */
describe('signing in to a provider', () => {
  const namespace = testNamespace();
  const vaultKeys = `test:${randomBytes(32).toString('base64')}`;
  const logged: string[] = [];
  const secrets: string[] = [];
  let database: TestDatabase;
  let broker: LocalBroker;
  let sandbox: Sandbox;
  let service: RunningService;
  let connections: BrokerConnections;
  let queries: QueryClient;
  let firm = 0;
  let location: { id: string; name: string; privateToken: string };
  let tenantId: string;

  beforeAll(async () => {
    database = await createTestDatabase({ services: [auth.schema!] });
    broker = await LocalBroker.open({ databaseUrl: database.url });
    await applyTopology({ connect: broker.connect, url: amqpUrl, namespace });
    sandbox = await createSandbox({ matters: 2, clio: { firms: Array.from({ length: 24 }, () => ({})) } });
    service = await start();
    connections = new BrokerConnections({ connect: broker.connect, url: amqpUrl, namespace, service: 'gateway' });
    queries = new QueryClient(connections, () => new Date());
    await connections.open();
  });
  beforeEach(() => {
    // Each test has a firm and a location of its own.
    firm += 1;
    sandbox.control.clio.setSwitches({ autoApprove: true, autoApproveFirm: firm });
    location = sandbox.control.ghl.addLocation();
    tenantId = randomUUID();
  });
  afterAll(async () => {
    await queries.close();
    await connections.close();
    await service.stop();
    await sandbox.stop();
    await broker.close();
    await database.drop();
  });

  async function start(env: Record<string, string> = {}): Promise<RunningService> {
    const port = await freePort();
    const ghl = sandbox.control.ghl.facts();
    const clio = (['us', 'eu', 'ca', 'au'] as const).flatMap((region) => [
      [`CLIO_${region.toUpperCase()}_ORIGIN`, sandbox.clioOrigins[region]],
      [`CLIO_${region.toUpperCase()}_CLIENT_ID`, defaultClioApp.clientId],
      [`CLIO_${region.toUpperCase()}_CLIENT_SECRET`, defaultClioApp.clientSecret],
    ]);
    return startService(auth, {
      connect: broker.connect,
      logTo: { write: (line) => void logged.push(line) },
      env: {
        ...(Object.fromEntries(clio) as Record<string, string>),
        DATABASE_URL: database.url,
        DATABASE_NAMESPACE: database.namespace,
        AMQP_URL: amqpUrl,
        AMQP_NAMESPACE: namespace,
        PORT: String(port),
        PUBLIC_URL: `http://127.0.0.1:${port}`,
        RETURN_ORIGINS: new URL(returnPage).origin,
        VAULT_KEYS: vaultKeys,
        GHL_API_ORIGIN: sandbox.ghlOrigin,
        GHL_AUTHORIZE_URL: `${sandbox.ghlOrigin}/v2/oauth/chooselocation`,
        GHL_CLIENT_ID: ghl.clientId,
        GHL_CLIENT_SECRET: ghl.clientSecret,
        ...env,
      },
    });
  }

  const asker = (actor: Actor = systemActor('gateway')) => ({ tenantId, actor, timeoutMs: 10_000 });

  async function begin(provider: Provider, returnTo: string | null = null, region: Region = 'us'): Promise<string> {
    const wish = { provider, region: provider === 'clio' ? region : ('global' as const), returnTo };
    return (await queries.ask(authMessages.beginAuthorization, wish, asker())).authorizeUrl;
  }

  /** Where the provider sends the browser after a click on Allow. */
  async function allowedAt(authorizeUrl: string, account = location.id): Promise<string> {
    const isGhl = authorizeUrl.startsWith(sandbox.ghlOrigin);
    const consent = isGhl ? { method: 'POST', body: new URLSearchParams({ account }) } : {};
    const callback = locationOf(await fetch(authorizeUrl, { redirect: 'manual', ...consent }));
    secrets.push(...new URL(callback).searchParams.values());
    return callback;
  }

  const list = () => queries.ask(authMessages.listConnections, {}, asker());

  async function connect(provider: Provider): Promise<Connection> {
    const answer = await fetch(await allowedAt(await begin(provider)));
    expect([answer.status, await answer.text()]).toEqual([200, expect.stringContaining('is connected')]);
    const { connections: known } = await list();
    return known.find((connection) => connection.provider === provider)!;
  }

  async function token({ provider, connectionId }: Connection, rejectedGeneration: number | null = null) {
    const data = { connectionId, rejectedGeneration };
    const reply = await queries.ask(authMessages.getAccessToken, data, asker(systemActor(`${provider}-sync`)));
    secrets.push(reply.accessToken);
    return reply;
  }

  /** A call of the data API as the sync service would make it. */
  async function use(
    { provider, accountId }: Connection,
    { apiOrigin, accessToken }: { apiOrigin: string; accessToken: string },
  ) {
    const path = provider === 'clio' ? '/api/v4/users/who_am_i.json' : `/locations/${accountId}`;
    const headers = { Authorization: `Bearer ${accessToken}`, Version: '2021-07-28' };
    return (await fetch(apiOrigin + path, { headers })).status;
  }

  it.each(['us', 'eu', 'ca', 'au'] as const)('connects a firm of Clio %s, whose token then works', async (region) => {
    const answer = await fetch(await begin('clio', null, region));
    expect([answer.status, await answer.text()]).toEqual([200, expect.stringContaining('is connected')]);
    const { connections: known } = await list();
    expect(known).toMatchObject([
      { provider: 'clio', region, apiOrigin: sandbox.clioOrigins[region], status: 'active' },
    ]);
    expect(await use(known[0]!, await token(known[0]!))).toBe(200);
  });

  it.each([true, false])('connects a location of GoHighLevel that returns the state: %s', async (returnsState) => {
    sandbox.control.ghl.setSwitches({ returnsState });
    const careful = await start({ GHL_RETURNS_STATE: 'false' });
    await service.stop();
    service = careful;
    const opened = await fetch(await begin('ghl'), { redirect: 'manual' });
    const cookie = opened.headers.get('set-cookie') ?? '';
    expect(cookie).toMatch(/HttpOnly; SameSite=Lax; Max-Age=600$/);
    const callback = await allowedAt(locationOf(opened));
    expect(callback.includes('state=')).toBe(returnsState);

    expect((await fetch(callback)).ok).toBe(false);
    const answer = await fetch(callback, { headers: { Cookie: `theme=dark; ${cookie.split(';')[0]}` } });
    expect([answer.status, await answer.text()]).toEqual([200, expect.stringContaining(location.name)]);
    sandbox.control.ghl.setSwitches({ returnsState: true });
    await service.stop();
    service = await start();
  });

  it('shows pages that load nothing, are not kept and tell nobody the code', async () => {
    const answer = await fetch(await allowedAt(await begin('ghl')));
    expect(Object.fromEntries(answer.headers)).toMatchObject({
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': expect.stringMatching(/^default-src 'none'; style-src 'sha256-[^']+';/),
      'cache-control': 'no-store',
      'referrer-policy': 'no-referrer',
    });
    expect(await answer.text()).not.toMatch(/https?:\/\//);
  });

  it('sends the browser back to the page it came from', async () => {
    const callback = await allowedAt(await begin('clio', returnPage));
    const answer = await fetch(callback, { redirect: 'manual' });
    expect([answer.status, locationOf(answer)]).toEqual([303, returnPage]);
    await expect(begin('clio', 'https://evil.example/')).rejects.toMatchObject({ code: 'oauth.return_address' });
  });

  it('refuses a return that is opened a second time, and one that nobody began', async () => {
    const callback = await allowedAt(await begin('clio'));
    expect((await fetch(callback)).status).toBe(200);
    for (const address of [
      callback,
      `${service.url}/oauth/callback/clio?code=x&state=made-up`,
      `${service.url}/oauth/callback/clio`,
    ]) {
      const answer = await fetch(address);
      expect([answer.status, await answer.text()]).toEqual([422, expect.stringContaining('already used')]);
    }
    expect((await fetch(`${service.url}/oauth/callback/lawmatics?code=x&state=y`)).status).toBe(404);
  });

  it('takes a person who declines at their word', async () => {
    sandbox.control.clio.setSwitches({ autoApprove: false });
    const url = new URL(await begin('clio', returnPage));
    const form = new URLSearchParams({ ...Object.fromEntries(url.searchParams), deny: '1' });
    const answer = await fetch(url.origin + url.pathname, { method: 'POST', body: form });
    const page = await answer.text();
    expect(page).toContain('You did not allow Firmbridge to use Clio.');
    expect(page).toContain(`href="${returnPage}"`);
    expect((await list()).connections).toEqual([]);
  });

  it('asks for one location when the app was installed for a whole agency', async () => {
    const answer = await fetch(await allowedAt(await begin('ghl'), sandbox.control.ghl.facts().companyId));
    expect([answer.status, await answer.text()]).toEqual([403, expect.stringContaining('choose one sub-account')]);
  });

  it('escapes what a provider says in its pages', async () => {
    const state = new URL(await begin('clio')).searchParams.get('state') ?? '';
    const query = new URLSearchParams({ state, error: '<script>alert(1)</script>' });
    const page = await (await fetch(`${service.url}/oauth/callback/clio?${query.toString()}`)).text();
    expect(page).toContain('&lt;script&gt;');
    expect(page).not.toContain('<script>');
  });

  it.each([
    { refreshTokenRotates: false, refreshEndsPreviousToken: false },
    { refreshTokenRotates: true, refreshEndsPreviousToken: true },
  ])('renews the token of a Clio with %j', async (switches) => {
    sandbox.control.clio.setSwitches(switches);
    const connection = await connect('clio');
    for (const generation of [1, 2]) {
      sandbox.control.clio.expireAccessTokens();
      expect(await use(connection, await token(connection))).toBe(401);
      const renewed = await token(connection, generation);
      expect(renewed.generation).toBe(generation + 1);
      expect(await use(connection, renewed)).toBe(200);
    }
    sandbox.control.clio.setSwitches({ refreshTokenRotates: false, refreshEndsPreviousToken: false });
  });

  it('renews the token of a location, whose refresh token is another each time', async () => {
    const connection = await connect('ghl');
    for (const generation of [1, 2, 3]) {
      sandbox.control.ghl.expireAccessTokens();
      expect(await use(connection, await token(connection, generation))).toBe(200);
    }
  });

  it('waits for a person when the firm has removed the app, and goes on after they signed in again', async () => {
    const connection = await connect('clio');
    sandbox.control.clio.revokeTokens();
    await expect(token(connection, 1)).rejects.toMatchObject({
      kind: 'unauthorized',
      code: 'connection.reauthorization_required',
    });
    expect((await list()).connections).toMatchObject([{ status: 'reauthorization_required' }]);

    expect(await connect('clio')).toMatchObject({ connectionId: connection.connectionId, status: 'active' });
    expect(await use(connection, await token(connection))).toBe(200);
  });

  it('connects a location by its private token', async () => {
    const data = { provider: 'ghl', locationId: location.id, token: location.privateToken } as const;
    const connection = await queries.ask(authMessages.addPrivateToken, data, asker());
    expect(connection).toMatchObject({ accountName: location.name, credential: 'private_token' });
    expect(await use(connection, await token(connection, 1))).toBe(200);
    await expect(
      queries.ask(authMessages.addPrivateToken, { ...data, token: 'pit-wrong' }, asker()),
    ).rejects.toMatchObject({ kind: 'unauthorized' });
  });

  it('pairs two connections on command', async () => {
    const [clio, ghl] = [await connect('clio'), await connect('ghl')];
    const data = { pairingId: randomUUID(), clioConnectionId: clio.connectionId, ghlConnectionId: ghl.connectionId };
    const origin = newOrigin({ service: 'gateway', tenantId, now: new Date(), actor: systemActor('gateway') });
    expect(await connections.publisher().publish([newMessage(authMessages.createPairing, data, origin)])).toEqual([
      'confirmed',
    ]);
    await eventually(async () => expect((await list()).pairings).toEqual([data]));
  });

  it('gives tokens to sync services alone', async () => {
    const connection = await connect('clio');
    const data = { connectionId: connection.connectionId, rejectedGeneration: null };
    await expect(queries.ask(authMessages.getAccessToken, data, asker())).rejects.toMatchObject({ kind: 'forbidden' });
  });

  it('logs no token, code or state', () => {
    const text = logged.join('\n');
    for (const secret of secrets) expect(text).not.toContain(secret);
    expect(secrets.length).toBeGreaterThan(10);
  });
});

function locationOf(answer: Response): string {
  return answer.headers.get('location') ?? '';
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}
