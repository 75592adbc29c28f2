import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ghlAuthorizeUrl, ghlTokenReplySchema, isTokenExpired } from '@firmbridge/ghl-api';
import { at, GhlSandboxUnderTest, listAt, started, textAt } from './ghl-sandbox.js';

const redirectUri = 'http://127.0.0.1:9/callback';

let sandbox: GhlSandboxUnderTest;
beforeEach(async () => {
  sandbox = await GhlSandboxUnderTest.start();
});
afterEach(() => sandbox.stop());

function link(over: { versionId?: string; redirectUri?: string; scopes?: string[]; clientId?: string } = {}): string {
  const { clientId } = sandbox.control.facts();
  return ghlAuthorizeUrl({
    clientId,
    redirectUri,
    scopes: ['contacts.readonly', 'contacts.write'],
    state: 's 1',
    marketplace: sandbox.origin,
    ...over,
  });
}

async function allow(account: string, address = link()): Promise<URL> {
  const answer = await fetch(address, { method: 'POST', body: new URLSearchParams({ account }), redirect: 'manual' });
  expect(answer.status).toBe(302);
  return new URL(answer.headers.get('location') ?? '');
}

async function codeFor(account: string): Promise<string> {
  return (await allow(account)).searchParams.get('code') ?? '';
}

function client() {
  const { clientId, clientSecret } = sandbox.control.facts();
  return { client_id: clientId, client_secret: clientSecret };
}

const token = (form: Record<string, string>) =>
  sandbox.call('POST', '/oauth/token', { token: null, version: null, form: { ...client(), ...form } });
const redeem = (code: string) => token({ grant_type: 'authorization_code', code, redirect_uri: redirectUri });
const refresh = (refreshToken: unknown) => token({ grant_type: 'refresh_token', refresh_token: String(refreshToken) });

describe('the consent page', () => {
  it('shows every account and what the app will be able to use', async () => {
    const page = await (await fetch(link())).text();
    expect(page).toContain('Hale &#38; Whitfield Law');
    expect(page).toContain('The whole agency');
    expect(page).toContain('<li>contacts.write</li>');
  });

  it('leads back with a code and the state when a person allows the app', async () => {
    const back = await allow(sandbox.locationId);
    expect(back.origin + back.pathname).toBe(redirectUri);
    expect(back.searchParams.get('state')).toBe('s 1');
    expect(back.searchParams.get('code')).toBeTruthy();
  });

  it('forgets the state as switched', async () => {
    sandbox.control.setSwitches({ returnsState: false });
    expect((await allow(sandbox.locationId)).searchParams.has('state')).toBe(false);
  });

  it('redirects at once when it approves by itself', async () => {
    sandbox.control.setSwitches({ autoApprove: 'location' });
    const answer = await fetch(link(), { redirect: 'manual' });
    expect(answer.status).toBe(302);
    const code = new URL(answer.headers.get('location') ?? '').searchParams.get('code') ?? '';
    expect((await redeem(code)).body).toMatchObject({ userType: 'Location', locationId: sandbox.locationId });
  });

  it('answers under the older path too', async () => {
    expect((await fetch(link().replace('/v2/', '/'))).status).toBe(200);
  });

  it.each([
    ['an address that is not https', { redirectUri: 'http://firm.example/callback' }],
    ['another client', { clientId: 'someone-else' }],
    ['a scope nobody knows', { scopes: ['everything'] }],
  ])('refuses %s', async (_, over) => {
    expect((await fetch(link(over))).status).toBe(400);
  });

  it('asks for the version of the app as switched', async () => {
    sandbox.control.setSwitches({ versionIdRequired: true });
    const without = await fetch(link());
    expect([without.status, await without.text()]).toEqual([400, expect.stringContaining('error.noversionid')]);
    expect((await fetch(link({ versionId: 'v' }))).status).toBe(200);
  });

  it('refuses loopback without https when it may not be kind', async () => {
    sandbox.control.setSwitches({ allowHttpLoopback: false });
    expect((await fetch(link())).status).toBe(400);
  });
});

describe('tokens', () => {
  it('exchanges a code for the tokens of the location', async () => {
    const { status, body } = await redeem(await codeFor(sandbox.locationId));
    expect(status).toBe(200);
    expect(ghlTokenReplySchema.parse(body)).toMatchObject({
      token_type: 'Bearer',
      expires_in: 86_399,
      scope: 'contacts.readonly contacts.write',
      userType: 'Location',
      locationId: sandbox.locationId,
      companyId: sandbox.control.facts().companyId,
    });
    expect((await sandbox.call('GET', '/contacts/none', { token: textAt(body, 'access_token') })).status).toBe(400);
  });

  it('gives no more than the scopes that were asked for', async () => {
    const { body } = await redeem(await codeFor(sandbox.locationId));
    const path = `/opportunities/pipelines?locationId=${sandbox.locationId}`;
    const refused = await sandbox.call('GET', path, { token: textAt(body, 'access_token') });
    expect([refused.status, refused.body['message']]).toEqual([401, 'The token is not authorized for this scope.']);
    expect(isTokenExpired(refused.status, refused.body)).toBe(false);
  });

  it('takes a code once', async () => {
    const code = await codeFor(sandbox.locationId);
    await redeem(code);
    expect(await redeem(code)).toMatchObject({
      status: 401,
      body: { error: 'UnAuthorized!', error_description: 'Authorization code not found' },
    });
  });

  it('looks at the code before it looks at the secret', async () => {
    const { client_id } = client();
    const form = { client_id, client_secret: 'wrong', grant_type: 'authorization_code' };
    const bad = await token({ ...form, code: 'nonsense' });
    expect(bad.body['error_description']).toBe('Authorization code not found');
    const good = await token({ ...form, code: await codeFor(sandbox.locationId) });
    expect(good.body['error_description']).toBe('Invalid client credentials');
  });

  it('lets an access token die after a day and says so in the words that ask for a refresh', async () => {
    const { access_token } = (await redeem(await codeFor(sandbox.locationId))).body;
    sandbox.clock.advance(86_399_000);
    const { status, body } = await sandbox.call('GET', '/contacts/none', { token: String(access_token) });
    expect([status, isTokenExpired(status, body)]).toEqual([401, true]);
  });

  it('lets access tokens die on request, not those refreshed after', async () => {
    const first = (await redeem(await codeFor(sandbox.locationId))).body;
    sandbox.control.expireAccessTokens();
    const second = (await refresh(first['refresh_token'])).body;
    expect((await sandbox.call('GET', '/contacts/none', { token: textAt(first, 'access_token') })).status).toBe(401);
    expect((await sandbox.call('GET', '/contacts/none', { token: textAt(second, 'access_token') })).status).toBe(400);
  });

  it('rotates the refresh token and answers a repeat within 30 seconds with the very same one', async () => {
    const first = (await redeem(await codeFor(sandbox.locationId))).body['refresh_token'];
    const second = (await refresh(first)).body['refresh_token'];
    sandbox.clock.advance(30_000);
    const repeated = await refresh(first);
    expect([repeated.status, repeated.body['refresh_token']]).toEqual([200, second]);
    expect(second).not.toBe(first);
  });

  it.each(['400', '401'] as const)('refuses a used refresh token with %s once the grace is over', async (status) => {
    sandbox.control.setSwitches({ reusedRefreshStatus: status });
    const first = (await redeem(await codeFor(sandbox.locationId))).body['refresh_token'];
    const second = (await refresh(first)).body['refresh_token'];
    sandbox.clock.advance(30_001);
    expect((await refresh(first)).status).toBe(Number(status));
    expect((await refresh(second)).status).toBe(200);
  });

  it('refuses a refresh token two generations old even within the grace', async () => {
    const first = (await redeem(await codeFor(sandbox.locationId))).body['refresh_token'];
    const second = (await refresh(first)).body['refresh_token'];
    await refresh(second);
    expect((await refresh(first)).status).toBe(400);
  });

  it('refuses to refresh for a suspended location', async () => {
    const { refresh_token } = (await redeem(await codeFor(sandbox.locationId))).body;
    sandbox.control.setLocation(sandbox.locationId, { suspended: true });
    const { status, body } = await refresh(refresh_token);
    expect([status, body['message']]).toEqual([400, 'Location is not active']);
  });

  it('brings lost tokens back without a person', async () => {
    await redeem(await codeFor(sandbox.locationId));
    const { clientId: clientKey, clientSecret } = sandbox.control.facts();
    const body = { clientKey, clientSecret, locationId: sandbox.locationId };
    const reconnected = await sandbox.call('POST', '/oauth/reconnect', { token: null, version: null, body });
    expect(reconnected.status).toBe(200);
    const again = await redeem(textAt(reconnected.body, 'authorizationCode'));
    expect(again.body).toMatchObject({ userType: 'Location', locationId: sandbox.locationId });
  });

  it('reconnects nothing that is not installed', async () => {
    const { clientId: clientKey, clientSecret } = sandbox.control.facts();
    const body = { clientKey, clientSecret, locationId: sandbox.locationId };
    expect((await sandbox.call('POST', '/oauth/reconnect', { token: null, version: null, body })).status).toBe(400);
  });

  it('kills the tokens of a location that removes the app', async () => {
    const { access_token, refresh_token } = (await redeem(await codeFor(sandbox.locationId))).body;
    expect(sandbox.control.uninstall(sandbox.locationId)).toBe(true);
    expect((await sandbox.call('GET', '/contacts/none', { token: String(access_token) })).status).toBe(401);
    expect((await refresh(refresh_token)).status).toBe(400);
  });

  it.each([true, false])('takes client credentials or not, as switched to %s', async (clientCredentials) => {
    sandbox.control.setSwitches({ clientCredentials });
    expect((await token({ grant_type: 'client_credentials' })).status).toBe(clientCredentials ? 200 : 400);
  });

  it('lets private tokens lapse as switched', async () => {
    sandbox.control.setSwitches({ privateTokenLapsed: true });
    expect((await sandbox.call('GET', '/contacts/none')).status).toBe(401);
  });
});

describe('an agency', () => {
  it('exchanges its token for that of a location, with a refresh token of its own', async () => {
    const { companyId } = sandbox.control.facts();
    const agency = sandbox.control.issueTokens(companyId);
    expect(agency).toMatchObject({ userType: 'Company', approvedLocations: [sandbox.locationId] });
    expect(agency).not.toHaveProperty('locationId');
    const form = { companyId, locationId: sandbox.locationId };
    const exchanged = await sandbox.call('POST', '/oauth/locationToken', {
      token: textAt(agency, 'access_token'),
      form,
    });
    expect(exchanged).toMatchObject({ status: 201, body: { userType: 'Location', locationId: sandbox.locationId } });
    expect((await refresh(exchanged.body['refresh_token'])).status).toBe(200);
  });

  it('is given a location token without a refresh token as switched', async () => {
    sandbox.control.setSwitches({ locationTokenRefreshes: false });
    const { companyId } = sandbox.control.facts();
    const token = textAt(sandbox.control.issueTokens(companyId), 'access_token');
    const form = { companyId, locationId: sandbox.locationId };
    const { status, body } = await sandbox.call('POST', '/oauth/locationToken', { token, form });
    expect(status).toBe(201);
    expect(body).not.toHaveProperty('refresh_token');
  });

  it('sees where the app is installed', async () => {
    const { companyId, appId } = sandbox.control.facts();
    const agency = sandbox.control.issueTokens(companyId);
    const path = `/oauth/installedLocations?companyId=${companyId}&appId=${appId}&isInstalled=true`;
    const { body } = await sandbox.call('GET', path, { token: textAt(agency, 'access_token') });
    expect(listAt(body, 'locations')).toEqual([
      expect.objectContaining({ _id: sandbox.locationId, isInstalled: true, installedAt: started.toISOString() }),
    ]);
    expect(at(body, 'count')).toBe(1);
  });

  it('cannot be played by a location', async () => {
    const location = sandbox.control.issueTokens(sandbox.locationId);
    const { companyId } = sandbox.control.facts();
    const form = { companyId, locationId: sandbox.locationId };
    const refused = await sandbox.call('POST', '/oauth/locationToken', {
      token: textAt(location, 'access_token'),
      form,
    });
    expect([refused.status, refused.body['message']]).toEqual([401, "Token's user type mismatch!"]);
  });
});

describe('an app that uninstalls itself', () => {
  const full = () => link({ scopes: ['contacts.readonly', 'oauth.write'] });
  const uninstall = (token: unknown, body: Record<string, unknown>) =>
    sandbox.call('DELETE', `/marketplace/app/${sandbox.control.facts().appId}/installations`, {
      token: String(token),
      body,
    });
  const tokensOf = async (account: string, address = full()) =>
    (await redeem((await allow(account, address)).searchParams.get('code') ?? '')).body;

  it('loses its access to that location', async () => {
    const { access_token, refresh_token } = await tokensOf(sandbox.locationId);
    const { status, body } = await uninstall(access_token, { locationId: sandbox.locationId });
    expect([status, body['success']]).toEqual([200, true]);
    expect((await refresh(refresh_token)).status).toBe(400);
    expect((await uninstall(access_token, { locationId: sandbox.locationId })).status).toBe(401);
  });

  it('needs the scope, its own place and, as switched, a reason', async () => {
    const poor = await tokensOf(sandbox.locationId, link());
    expect((await uninstall(poor['access_token'], { locationId: sandbox.locationId })).status).toBe(401);
    const { access_token } = await tokensOf(sandbox.locationId);
    expect((await uninstall(access_token, {})).status).toBe(422);
    const other = sandbox.control.addLocation();
    expect((await uninstall(access_token, { locationId: other.id })).status).toBe(403);
    sandbox.control.setSwitches({ uninstallNeedsReason: true });
    expect((await uninstall(access_token, { locationId: sandbox.locationId })).status).toBe(422);
    const reason = 'Disconnected.';
    expect((await uninstall(access_token, { locationId: sandbox.locationId, reason })).status).toBe(200);
  });

  it('takes every location along at an agency, and only its own at a location of it', async () => {
    const { companyId } = sandbox.control.facts();
    const other = sandbox.control.addLocation();
    const agency = await tokensOf(companyId, link({ scopes: ['contacts.readonly', 'oauth.write', 'oauth.readonly'] }));
    const exchange = async (locationId: string) => {
      const form = { companyId, locationId };
      return (await sandbox.call('POST', '/oauth/locationToken', { token: textAt(agency, 'access_token'), form })).body;
    };
    const [first, second] = [await exchange(sandbox.locationId), await exchange(other.id)];
    expect((await uninstall(first['access_token'], { locationId: sandbox.locationId })).status).toBe(200);
    expect((await refresh(first['refresh_token'])).status).toBe(400);
    expect((await refresh(second['refresh_token'])).status).toBe(200);
    expect((await uninstall(agency['access_token'], { companyId })).status).toBe(200);
    expect((await refresh(second['refresh_token'])).status).toBe(400);
  });

  it('cannot do it by the private token of a location', async () => {
    expect((await uninstall(sandbox.token, { locationId: sandbox.locationId })).status).toBe(401);
  });
});

describe('a restart', () => {
  const folder = mkdtempSync(join(tmpdir(), 'ghl-sandbox-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  it('keeps tokens, rotation, installations and records', async () => {
    const journalFile = join(folder, 'journal.jsonl');
    await sandbox.stop();
    sandbox = await GhlSandboxUnderTest.start({ journalFile });
    const issued = sandbox.control.issueTokens(sandbox.locationId);
    const rotated = (await refresh(issued['refresh_token'])).body;
    const contact = sandbox.control.createContact(sandbox.locationId, { email: 'kept@example.com' });
    const [seeded] = sandbox.control.contacts(sandbox.locationId);
    sandbox.control.deleteContact(textAt(seeded, 'id'));
    const other = sandbox.control.addLocation();
    await sandbox.stop();

    sandbox = await GhlSandboxUnderTest.start({ journalFile });
    const path = `/contacts/${textAt(contact, 'id')}`;
    const access = { token: textAt(rotated, 'access_token') };
    expect((await sandbox.call('GET', path, access)).body).toMatchObject({ contact: { email: 'kept@example.com' } });
    expect((await sandbox.call('GET', `/contacts/${textAt(seeded, 'id')}`, access)).status).toBe(400);
    const pipelines = await sandbox.call('GET', `/opportunities/pipelines?locationId=${other.id}`, {
      token: other.privateToken,
    });
    expect(listAt(pipelines.body, 'pipelines')).toHaveLength(2);
    sandbox.clock.advance(30_001);
    expect((await refresh(issued['refresh_token'])).status).toBe(400);
    expect((await refresh(rotated['refresh_token'])).status).toBe(200);
    const next = sandbox.control.createContact(sandbox.locationId, { email: 'next@example.com' });
    expect(next['id']).not.toBe(contact['id']);
  });
});
