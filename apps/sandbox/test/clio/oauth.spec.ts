import { createHash } from 'node:crypto';
import { bodyOf, ClioCaller } from './clio-caller.js';

const redirectUri = 'https://app.example.test/oauth/clio';
const app = { clientId: 'the-app', clientSecret: 'the-secret', redirectUris: [redirectUri] };
let clio: ClioCaller;
beforeEach(async () => {
  clio = await ClioCaller.start({ matters: 10, clio: { apps: [app], firms: [{}, { name: 'Second Firm' }] } });
});
afterEach(() => clio.stop());

const request = { response_type: 'code', client_id: 'the-app', redirect_uri: redirectUri, state: 'a+b' };

async function authorize(query: Record<string, string>): Promise<Response> {
  return fetch(`${clio.sandbox.clioOrigin}/oauth/authorize?${new URLSearchParams(query)}`, { redirect: 'manual' });
}

async function decide(form: Record<string, string>): Promise<Response> {
  const body = new URLSearchParams(form);
  return fetch(`${clio.sandbox.clioOrigin}/oauth/authorize`, { method: 'POST', body, redirect: 'manual' });
}

async function token(form: Record<string, string>, origin = clio.sandbox.clioOrigin) {
  const body = new URLSearchParams({ client_id: 'the-app', client_secret: 'the-secret', ...form });
  const response = await fetch(`${origin}/oauth/token`, { method: 'POST', body });
  return { status: response.status, body: await bodyOf(response) };
}

const backWith = (response: Response) => new URL(response.headers.get('location') ?? '').searchParams;

async function newCode(extra: Record<string, string> = {}, allow = '1.0'): Promise<string> {
  return backWith(await decide({ ...request, ...extra, allow })).get('code') ?? '';
}

const exchange = (code: string, more: Record<string, string> = {}) =>
  token({ grant_type: 'authorization_code', code, redirect_uri: redirectUri, ...more });

const whoAmI = (accessToken: string) =>
  clio.ask('/users/who_am_i.json?fields=id,account{id,name}', { token: accessToken });

describe('authorizing', () => {
  it('asks on a page with the firms, which carries the request along', async () => {
    const html = await (await authorize({ ...request, state: '"><script>' })).text();
    expect(html).toContain('Example  Law LLC');
    expect(html).toContain('Second Firm');
    expect(html).toContain('value="1.0">Allow');
    expect(html).not.toContain('<script>');
  });

  it('comes back with a code and the state, and the code gives tokens', async () => {
    const back = backWith(await decide({ ...request, allow: '2.1' }));
    expect(back.get('state')).toBe('a+b');
    const { body } = await exchange(back.get('code') ?? '');
    expect(body).toEqual({
      token_type: 'bearer',
      access_token: expect.any(String),
      refresh_token: expect.any(String),
      expires_in: 2_592_000,
    });
    expect((await whoAmI(body.access_token)).body.data.account.name).toBe('Second Firm');
  });

  it('redirects at once when approvals are automatic', async () => {
    clio.control.setSwitches({ autoApprove: true });
    const response = await authorize(request);
    expect(response.status).toBe(302);
    expect((await exchange(backWith(response).get('code') ?? '')).status).toBe(200);
  });

  it('tells a decline only to whom asked to be told', async () => {
    expect((await decide({ ...request, deny: '1' })).status).toBe(200);
    const told = await decide({ ...request, deny: '1', redirect_on_decline: 'true' });
    expect(Object.fromEntries(backWith(told))).toEqual({ error: 'access_denied', state: 'a+b' });
  });

  it.each([
    ['an unknown client', { client_id: 'stranger' }],
    ['another redirect address', { redirect_uri: `${redirectUri}/` }],
    ['another response type', { response_type: 'token' }],
  ])('redirects nowhere for %s', async (_case, wrong) => {
    const response = await authorize({ ...request, ...wrong });
    expect(response.status).toBe(400);
    expect(response.headers.get('location')).toBeNull();
  });
});

describe('the token endpoint', () => {
  it('takes a code once', async () => {
    const code = await newCode();
    expect((await exchange(code)).status).toBe(200);
    expect(await exchange(code)).toEqual({ status: 400, body: { error: 'invalid_grant' } });
  });

  it('takes a code for ten minutes', async () => {
    const [early, late] = [await newCode(), await newCode()];
    clio.sandbox.control.clock.advance(599_000);
    expect((await exchange(early)).status).toBe(200);
    clio.sandbox.control.clock.advance(1_000);
    expect((await exchange(late)).status).toBe(400);
  });

  it('wants the redirect address of the code and the keys of the app', async () => {
    expect((await exchange(await newCode(), { redirect_uri: 'https://other.example.test/' })).status).toBe(400);
    const stranger = await exchange(await newCode(), { client_secret: 'guess' });
    expect(stranger).toEqual({ status: 401, body: { error: 'invalid_client' } });
  });

  it.each([true, false])('wants the verifier of a challenge when the switch says %s', async (pkceEnforced) => {
    clio.control.setSwitches({ pkceEnforced });
    const challenge = { code_challenge: createHash('sha256').update('verifier').digest('base64url') };
    expect((await exchange(await newCode(challenge), { code_verifier: 'verifier' })).status).toBe(200);
    expect((await exchange(await newCode(challenge))).status).toBe(pkceEnforced ? 400 : 200);
  });

  it('refreshes without a new refresh token and leaves the old access token alive', async () => {
    const { body: first } = await exchange(await newCode());
    const { body: second } = await token({ grant_type: 'refresh_token', refresh_token: first.refresh_token });
    expect(second.refresh_token).toBeUndefined();
    expect((await whoAmI(second.access_token)).status).toBe(200);
    expect((await whoAmI(first.access_token)).status).toBe(200);
    expect((await token({ grant_type: 'refresh_token', refresh_token: first.refresh_token })).status).toBe(200);
  });

  it('can end the old access token with a refresh, and rotate refresh tokens', async () => {
    clio.control.setSwitches({ refreshEndsPreviousToken: true, refreshTokenRotates: true });
    const { body: first } = await exchange(await newCode());
    const { body: second } = await token({ grant_type: 'refresh_token', refresh_token: first.refresh_token });
    expect((await whoAmI(first.access_token)).status).toBe(401);
    expect((await whoAmI(second.access_token)).status).toBe(200);
    expect((await token({ grant_type: 'refresh_token', refresh_token: first.refresh_token })).status).toBe(400);
    expect((await token({ grant_type: 'refresh_token', refresh_token: second.refresh_token })).status).toBe(200);
  });

  it('refreshes in its own region only', async () => {
    const { body } = await exchange(await newCode());
    const foreign = await token(
      { grant_type: 'refresh_token', refresh_token: body.refresh_token },
      clio.sandbox.clioOrigins.ca,
    );
    expect(foreign.status).toBe(400);
  });
});

describe('the end of a token', () => {
  const rejected = { status: 401, body: { error: 'invalid_token', error_description: expect.any(String) } };

  it('comes after its seconds; a refresh helps', async () => {
    clio.control.setSwitches({ accessTokenSeconds: 3600 });
    const { body } = await exchange(await newCode());
    expect(body.expires_in).toBe(3600);
    clio.sandbox.control.clock.advance(3_600_000);
    expect(await whoAmI(body.access_token)).toMatchObject(rejected);
    const { body: fresh } = await token({ grant_type: 'refresh_token', refresh_token: body.refresh_token });
    expect((await whoAmI(fresh.access_token)).status).toBe(200);
  });

  it('comes on request for all access tokens, or for all tokens', async () => {
    const { body } = await exchange(await newCode());
    clio.control.expireAccessTokens();
    expect(await whoAmI(body.access_token)).toMatchObject(rejected);
    const refresh = () => token({ grant_type: 'refresh_token', refresh_token: body.refresh_token });
    expect((await whoAmI((await refresh()).body.access_token)).status).toBe(200);
    clio.control.revokeTokens();
    expect(await refresh()).toEqual({ status: 400, body: { error: 'invalid_grant' } });
  });

  it('comes with deauthorize, for the whole grant and no other', async () => {
    const { body: one } = await exchange(await newCode());
    const { body: other } = await exchange(await newCode());
    const response = await fetch(`${clio.sandbox.clioOrigin}/oauth/deauthorize`, {
      method: 'POST',
      headers: { Authorization: `Bearer ${one.access_token}` },
      body: new URLSearchParams({ token: one.access_token }),
    });
    expect([response.status, await response.text()]).toEqual([200, '']);
    expect((await whoAmI(one.access_token)).status).toBe(401);
    expect((await token({ grant_type: 'refresh_token', refresh_token: one.refresh_token })).status).toBe(400);
    expect((await whoAmI(other.access_token)).status).toBe(200);
  });

  it('spares the refresh token as switched', async () => {
    clio.control.setSwitches({ deauthorizeEndsGrant: false });
    const { body } = await exchange(await newCode());
    const response = await fetch(`${clio.sandbox.clioOrigin}/oauth/deauthorize`, {
      method: 'POST',
      headers: { Authorization: `Bearer ${body.access_token}` },
      body: new URLSearchParams({ token: body.access_token }),
    });
    expect(response.status).toBe(200);
    expect((await whoAmI(body.access_token)).status).toBe(401);
    expect((await token({ grant_type: 'refresh_token', refresh_token: body.refresh_token })).status).toBe(200);
  });

  it.each(['garbage', 'a.b', ''])('has come for %j', async (text) => {
    expect((await clio.ask('/matters.json', { headers: { Authorization: `Bearer ${text}` } })).status).toBe(401);
  });
});
