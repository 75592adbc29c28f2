import { authMessages, type Role } from '@firmbridge/contracts';
import { eventually } from '@firmbridge/testing';
import { createHash, randomUUID } from 'node:crypto';
import { csrfTokenOf } from '../src/domain/csrf-token.js';
import { aSession } from './builders/people.js';
import { openLocalBroker, TestGateway, type TestBroker } from './gateway-harness.js';
import { call, type Answer, type Ask } from './http.js';

const connection = authMessages.connectionSchema.parse(authMessages.addPrivateToken.replyExample);
const [agency] = authMessages.listAgencies.reply.parse(authMessages.listAgencies.replyExample).agencies;

let broker: TestBroker;
let gateway: TestGateway;
beforeAll(async () => {
  broker = await openLocalBroker();
  gateway = new TestGateway(broker, { CALLER_CACHE_SECONDS: '0' });
  await gateway.start('auth');
}, 60_000);
afterAll(async () => {
  await gateway.stop();
  await broker.close();
});
beforeEach(() => {
  gateway.platform.reset();
  gateway.platform.connections = [connection];
});

/** The headers of a browser in which somebody is logged in. */
function browserOf(...roles: Role[]): { cookie: string; headers: Record<string, string> } {
  const token = randomUUID();
  gateway.platform.sessions.set(token, aSession({}, roles));
  const cookie = `firmbridge_session_${new URL(gateway.url).port}=${token}`;
  return { cookie, headers: { cookie, 'x-csrf-token': csrfTokenOf(token), 'sec-fetch-site': 'same-origin' } };
}

const ask = (path: string, given: Ask = {}): Promise<Answer> => call(`${gateway.url}/api/v1/${path}`, given);
const codeOf = (answer: Answer) => [answer.status, answer.status < 400 ? null : answer.json()['code']];
const asked = () => gateway.platform.of<{ browserNonceHash: string | null }>(authMessages.beginAuthorization);

describe('connecting again', () => {
  const wish = { provider: 'clio', region: 'us', connectionId: connection.connectionId };

  it('is for one account, and for the browser that began', async () => {
    const { cookie, headers } = browserOf('admin');
    const answer = await ask('connections', { method: 'POST', body: wish, headers });
    const [set = ''] = answer.headers['set-cookie'] ?? [];
    expect(set).toMatch(/^firmbridge_sign_in=[\w-]{43}; Max-Age=600; Path=\/; .*HttpOnly; SameSite=Lax$/);
    const nonce = set.slice(set.indexOf('=') + 1, set.indexOf(';'));
    const browserNonceHash = createHash('sha256').update(nonce).digest('base64url');
    expect(asked()[0]?.data).toMatchObject({ ...wish, browserNonceHash });

    // Another tab of the same browser uses the same value.
    const both = { ...headers, cookie: `${cookie}; firmbridge_sign_in=${nonce}` };
    await ask('connections', { method: 'POST', body: wish, headers: both });
    expect(asked()[1]?.data.browserNonceHash).toBe(browserNonceHash);

    const planted = { ...headers, cookie: `${cookie}; firmbridge_sign_in=planted` };
    await ask('connections', { method: 'POST', body: wish, headers: planted });
    expect(asked()[2]?.data.browserNonceHash).not.toBe(createHash('sha256').update('planted').digest('base64url'));
  });

  it('leads a program over the page on which a person confirms', async () => {
    const answer = await gateway.post('/api/v1/connections', wish);
    expect(answer.status).toBe(200);
    expect(answer.headers['set-cookie']).toBeUndefined();
    expect(asked()[0]?.data.browserNonceHash).toBeNull();
  });
});

describe('disconnecting', () => {
  const path = (id: string) => `connections/${id}/disconnect`;

  it('asks auth in the name of the person, and tells how far it is', async () => {
    const { headers } = browserOf('admin');
    expect((await ask(path(connection.connectionId), { method: 'POST', headers })).status).toBe(202);
    const [command] = await eventually(() => {
      const sent = gateway.platform.of(authMessages.disconnectConnection);
      expect(sent).toHaveLength(1);
      return sent;
    });
    expect(command).toMatchObject({ data: { connectionId: connection.connectionId }, actor: { kind: 'person' } });
    const { disconnections } = (await ask('disconnections?limit=5', { headers })).json();
    expect(disconnections).toMatchObject([{ state: 'stopping', missing: ['ghl-sync'] }]);
    expect(gateway.platform.of(authMessages.getDisconnections)[0]?.data).toEqual({ connectionId: null, limit: 5 });
  });

  it('is refused for what is not there, for an agency in use, and to who may not', async () => {
    const { headers } = browserOf('admin');
    const end = (id: string, by = headers) => ask(path(id), { method: 'POST', headers: by });
    expect(codeOf(await end(randomUUID()))).toEqual([404, 'connection.unknown']);
    expect(codeOf(await end(agency!.agencyId))).toEqual([409, 'agency.in_use']);
    expect(codeOf(await end(connection.connectionId, browserOf('operator').headers))).toEqual([403, 'access.denied']);
    expect(gateway.platform.of(authMessages.disconnectConnection)).toEqual([]);
  });
});

it('shows agencies and connects their locations', async () => {
  const { headers } = browserOf('admin');
  expect((await ask('agencies', { headers })).json()).toMatchObject({ agencies: [{ agencyId: agency!.agencyId }] });
  const locations = `agencies/${agency!.agencyId}/locations`;
  expect((await ask(`${locations}?skip=50`, { headers })).json()).toMatchObject({ total: 1 });
  expect(gateway.platform.of(authMessages.listAgencyLocations)[0]?.data).toMatchObject({ skip: 50, limit: 50 });
  const answer = await ask(locations, { method: 'POST', headers, body: { locationId: 'aLocation' } });
  expect(answer.status).toBe(201);
  expect(gateway.platform.of(authMessages.connectAgencyLocation)[0]?.data).toEqual({
    agencyId: agency!.agencyId,
    locationId: 'aLocation',
  });
});

describe('apps of providers', () => {
  const secret = `canary-${randomUUID()}`;
  const app = { clientId: 'an-app', clientSecret: secret };

  it('are shown to an administrator without their secrets, and set by whoever runs the platform', async () => {
    const answers = [
      await ask('provider-apps', { headers: browserOf('admin').headers }),
      await gateway.call('/api/v1/provider-apps/clio/eu', { method: 'PUT', body: app }),
      await gateway.call('/api/v1/provider-apps/clio/eu', { method: 'DELETE' }),
    ];
    for (const answer of answers) {
      expect(answer.status).toBe(200);
      expect(answer.text).not.toContain(secret);
    }
    expect(gateway.platform.of(authMessages.setProviderApp)[0]?.data).toEqual({
      ...{ ...app, provider: 'clio', region: 'eu' },
      ...{ versionId: null, givesUpConnections: false },
    });
  });

  it('are not for others to set, and not for regions that do not exist', async () => {
    const { headers } = browserOf('admin');
    expect(codeOf(await ask('provider-apps/clio/eu', { method: 'PUT', headers, body: app }))).toEqual([
      403,
      'access.denied',
    ]);
    expect((await ask('provider-apps', { headers: browserOf('operator').headers })).status).toBe(403);
    const wrong = await gateway.call('/api/v1/provider-apps/clio/mars', { method: 'PUT', body: app });
    expect(wrong.status).toBe(400);
    expect(wrong.text).not.toContain(secret);
    expect(gateway.platform.of(authMessages.setProviderApp)).toEqual([]);
  });
});

it('takes steps of a rotation of keys from whoever runs the platform only', async () => {
  const step = { keyId: '2026-11', limit: 500 };
  gateway.platform.keysToRewrap = 700;
  const answer = await gateway.post('/api/v1/key-rotations/auth', step);
  expect(answer.json()).toEqual({ currentKeyId: '2026-11', rewrapped: 500, left: 200 });
  expect(codeOf(await gateway.post('/api/v1/key-rotations/auth', { keyId: 'other' }))).toEqual([
    409,
    'vault.another_current_key',
  ]);
  expect((await gateway.post('/api/v1/key-rotations/gateway', step)).status).toBe(400);
  const { headers } = browserOf('admin');
  expect((await ask('key-rotations/auth', { method: 'POST', headers, body: step })).status).toBe(403);
});

it('asks for the erasure of a firm once for each key, and shows the records', async () => {
  const { headers } = browserOf('admin');
  const body = { confirmation: 'Juniper & Vale LLP' };
  const erase = () => ask('erasures', { method: 'POST', body, headers: { ...headers, 'idempotency-key': 'once' } });
  const [first, second] = [await erase(), await erase()];
  expect(first.status).toBe(202);
  expect(first.json()).toEqual(second.json());
  await eventually(() => {
    const ids = gateway.platform.of<{ erasureId: string }>(authMessages.eraseTenant).map(({ data }) => data.erasureId);
    expect(ids).toEqual([first.json()['erasureId'], first.json()['erasureId']]);
  });
  expect((await ask('erasures', { headers })).json()).toMatchObject({ erasures: [{ state: 'done' }] });
  expect((await ask('erasures', { headers: browserOf('operator').headers })).status).toBe(403);
});
