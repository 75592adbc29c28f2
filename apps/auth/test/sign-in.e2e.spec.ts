import {
  authMessages,
  newMessage,
  newOrigin,
  systemActor,
  type Actor,
  type Connection,
  type DataOf,
  type Provider,
} from '@firmbridge/contracts';
import { LocalBroker } from '@firmbridge/local-broker';
import { applyTopology, BrokerConnections, QueryClient } from '@firmbridge/messaging';
import { createSandbox, defaultClioApp, type Sandbox } from '@firmbridge/sandbox';
import { startService, type RunningService } from '@firmbridge/service';
import { createTestDatabase, eventually, testNamespace, type TestDatabase } from '@firmbridge/testing';
import { createHash, randomBytes, randomUUID } from 'node:crypto';
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
  /** What the gateway has put into the sign-in cookie of the browser. */
  const nonce = randomBytes(32).toString('base64url');
  const browserNonceHash = createHash('sha256').update(nonce).digest('base64url');
  const Cookie = `theme=dark; firmbridge_sign_in=${nonce}`;

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

  type Wish = Partial<DataOf<typeof authMessages.beginAuthorization>>;

  /** Where the person is sent. */
  async function begin(provider: Provider, parts: Wish = {}, actor?: Actor): Promise<string> {
    const region = provider === 'clio' ? ('us' as const) : ('global' as const);
    const wish = { provider, region, returnTo: null, browserNonceHash, ...parts };
    return (await queries.ask(authMessages.beginAuthorization, wish, asker(actor))).authorizeUrl;
  }

  /** The browser comes back with its cookie. */
  const returning = (callback: string, init: RequestInit = {}) => fetch(callback, { headers: { Cookie }, ...init });

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
    const answer = await returning(await allowedAt(await begin(provider)));
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
    const answer = await returning(await allowedAt(await begin('clio', { region })));
    expect([answer.status, await answer.text()]).toEqual([200, expect.stringContaining('is connected')]);
    const { connections: known } = await list();
    expect(known).toMatchObject([
      { provider: 'clio', region, apiOrigin: sandbox.clioOrigins[region], status: 'active' },
    ]);
    expect(await use(known[0]!, await token(known[0]!))).toBe(200);
  });

  it.each([true, false])('connects a location of GoHighLevel that returns the state: %s', async (returnsState) => {
    sandbox.control.ghl.setSwitches({ returnsState });
    const callback = await allowedAt(await begin('ghl'));
    sandbox.control.ghl.setSwitches({ returnsState: true });
    expect(callback.includes('state=')).toBe(returnsState);

    const stranger = randomBytes(32).toString('base64url');
    for (const headers of [
      {},
      { Cookie: `firmbridge_sign_in=${stranger}` },
      { Cookie: 'firmbridge_sign_in=nonsense' },
    ]) {
      expect((await fetch(callback, { headers })).ok).toBe(false);
    }
    const answer = await returning(callback);
    expect([answer.status, await answer.text()]).toEqual([200, expect.stringContaining(location.name)]);
  });

  it('leads a sign-in that no browser began over a page that names the firm, and only a click on it goes on', async () => {
    const key: Actor = { kind: 'key', id: randomUUID(), roles: ['admin'] };
    const address = await begin('clio', { browserNonceHash: null }, key);
    expect(address).toContain(`${service.url}/oauth/start/clio?state=`);
    const page = await fetch(address);
    const html = await page.text();
    expect(html).toContain('will be connected with a firm that has no name yet. This was begun with an API key.');
    expect(page.headers.get('content-security-policy')).toContain(
      `form-action 'self' ${new URL(sandbox.clioOrigin).origin};`,
    );
    const cookie = page.headers.get('set-cookie') ?? '';
    expect(cookie).toMatch(/^firmbridge_sign_in=[\w-]{43}; Path=\/; HttpOnly; SameSite=Lax; Max-Age=600$/);

    const inputs = [...html.matchAll(/name="(\w+)" value="([^"]*)"/g)];
    const fields = new Map(inputs.map(([, name = '', value = '']) => [name, value]));
    const click = (headers: Record<string, string>, body = new URLSearchParams(Object.fromEntries(fields))) =>
      fetch(`${service.url}/oauth/start/clio`, { method: 'POST', redirect: 'manual', headers, body });
    const own = { Cookie: cookie.split(';')[0] ?? '' };
    // Another site can neither show the cookie nor know what belongs to it.
    expect((await click({})).status).toBe(403);
    expect((await click({ Cookie })).status).toBe(403);
    expect((await click(own, new URLSearchParams({ state: fields.get('state') ?? '' }))).status).toBe(404);

    const answer = await click(own);
    expect([answer.status, locationOf(answer)]).toEqual([303, expect.stringContaining(sandbox.clioOrigin)]);
    expect((await click(own)).status).toBe(422);
    const callback = await allowedAt(locationOf(answer));
    expect((await returning(callback)).status).toBe(403);
    expect((await fetch(callback, { headers: own })).status).toBe(200);
  });

  it('lets administrators begin, and nobody else', async () => {
    const person = (role: Actor['roles'][number]): Actor => ({ kind: 'person', id: randomUUID(), roles: [role] });
    await expect(begin('clio', {}, person('operator'))).rejects.toMatchObject({ code: 'access.denied' });
    await expect(begin('clio', {}, person('admin'))).resolves.toBeDefined();
  });

  it('takes no other account where one is to be connected again', async () => {
    const { connectionId, accountName } = await connect('clio');
    sandbox.control.clio.setSwitches({ autoApproveFirm: 1 });
    const answer = await returning(await allowedAt(await begin('clio', { connectionId })));
    expect([answer.status, await answer.text()]).toEqual([
      409,
      expect.stringContaining(accountName.replaceAll('&', '&amp;')),
    ]);
  });

  it('shows pages that load nothing, are not kept and tell nobody the code', async () => {
    const answer = await returning(await allowedAt(await begin('ghl')));
    expect(Object.fromEntries(answer.headers)).toMatchObject({
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': expect.stringMatching(/^default-src 'none'; style-src 'sha256-[^']+';/),
      'cache-control': 'no-store',
      'referrer-policy': 'no-referrer',
    });
    expect(await answer.text()).not.toMatch(/https?:\/\//);
  });

  it('sends the browser back to the page it came from', async () => {
    const callback = await allowedAt(await begin('clio', { returnTo: returnPage }));
    const answer = await returning(callback, { redirect: 'manual' });
    expect([answer.status, locationOf(answer)]).toEqual([303, returnPage]);
    await expect(begin('clio', { returnTo: 'https://evil.example/' })).rejects.toMatchObject({
      code: 'oauth.return_address',
    });
  });

  it('refuses a return that is opened a second time, and one that nobody began', async () => {
    const callback = await allowedAt(await begin('clio'));
    expect((await returning(callback)).status).toBe(200);
    for (const address of [
      callback,
      `${service.url}/oauth/callback/clio?code=x&state=made-up`,
      `${service.url}/oauth/callback/clio`,
    ]) {
      const answer = await returning(address);
      expect([answer.status, await answer.text()]).toEqual([422, expect.stringContaining('already used')]);
    }
    expect((await fetch(`${service.url}/oauth/callback/lawmatics?code=x&state=y`)).status).toBe(404);
  });

  it('takes a person who declines at their word', async () => {
    sandbox.control.clio.setSwitches({ autoApprove: false });
    const url = new URL(await begin('clio', { returnTo: returnPage }));
    const form = new URLSearchParams({ ...Object.fromEntries(url.searchParams), deny: '1' });
    const declined = await fetch(url.origin + url.pathname, { method: 'POST', body: form, redirect: 'manual' });
    const answer = await returning(locationOf(declined));
    const page = await answer.text();
    expect(page).toContain('You did not allow Firmbridge to use Clio.');
    expect(page).toContain(`href="${returnPage}"`);
    expect((await list()).connections).toEqual([]);
  });

  it('escapes what a provider says in its pages', async () => {
    const state = new URL(await begin('clio')).searchParams.get('state') ?? '';
    const query = new URLSearchParams({ state, error: '<script>alert(1)</script>' });
    const page = await (await returning(`${service.url}/oauth/callback/clio?${query.toString()}`)).text();
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
