import {
  authMessages,
  mappingMessages,
  newMessage,
  newOrigin,
  peopleMessages,
  permissionsOf,
  syncMessages,
  type Role,
} from '@firmbridge/contracts';
import { eventually } from '@firmbridge/testing';
import { randomUUID } from 'node:crypto';
import { csrfTokenOf } from '../src/domain/csrf-token.js';
import { aKnownKey, anApiKey, aSession } from './builders/people.js';
import { aRun } from './builders/platform.js';
import { openLocalBroker, TestGateway, token, type TestBroker } from './gateway-harness.js';
import { call, ReadStream, type Answer, type Ask } from './http.js';

const password = 'correct horse battery';
const ourPage = { 'sec-fetch-site': 'same-origin' };

let broker: TestBroker;
let gateway: TestGateway;
beforeAll(async () => {
  broker = await openLocalBroker();
  gateway = new TestGateway(broker, { CALLER_CACHE_SECONDS: '0', STREAM_RECHECK_SECONDS: '1' });
  await gateway.start('auth', 'mapping', 'clio-sync');
}, 60_000);
afterAll(async () => {
  await gateway.stop();
  await broker.close();
});
beforeEach(() => gateway.platform.reset());

const ask = (path: string, given: Ask = {}): Promise<Answer> => call(`${gateway.url}/api/v1/${path}`, given);
const logIn = (body: object = { email: 'ada@hale.example', password }, headers: Ask['headers'] = ourPage) =>
  ask('session', { method: 'POST', body, headers });

/** The headers of a browser in which somebody is logged in. */
function browserOf(...roles: Role[]) {
  const sessionToken = randomUUID();
  const session = aSession({}, roles);
  gateway.platform.sessions.set(sessionToken, session);
  const { port } = new URL(gateway.url);
  const cookie = `firmbridge_session_${port}=${sessionToken}`;
  return { session, sessionToken, cookie, headers: { cookie, 'x-csrf-token': csrfTokenOf(sessionToken), ...ourPage } };
}

const codeOf = (answer: Answer) => [answer.status, answer.status < 400 ? null : answer.json()['code']];

describe('logging in', () => {
  it('sets a cookie that scripts and other sites do not get, and tells who it is', async () => {
    const answer = await logIn();
    expect(answer.status).toBe(201);
    const [cookie = ''] = answer.headers['set-cookie'] ?? [];
    expect(cookie).toMatch(
      /^firmbridge_session_\d+=a-session-token-of-the-tests-1; Path=\/; .*HttpOnly; SameSite=Lax$/,
    );
    expect(answer.text).not.toContain('a-session-token');
    const me = await ask('session', { headers: { cookie: cookie.split(';')[0] } });
    expect(me.json()).toEqual(answer.json());
    expect(me.json()).toMatchObject({
      kind: 'person',
      firmName: 'Hale & Partners',
      person: { email: 'ada@hale.example', roles: ['admin'] },
      permissions: permissionsOf('admin'),
      csrfToken: csrfTokenOf('a-session-token-of-the-tests-1'),
    });
  });

  it('hands on where it came from and the session before, in the name of the gateway', async () => {
    const { sessionToken, headers } = browserOf('viewer');
    await logIn(undefined, headers);
    const [message] = gateway.platform.of<Record<string, unknown>>(peopleMessages.logIn);
    expect(message?.actor).toEqual({ kind: 'system', id: 'gateway', roles: [] });
    expect(message?.data).toMatchObject({ sourceAddress: '127.0.0.1', previousSessionToken: sessionToken });
  });

  it('is refused with a wrong password, with advice that fits', async () => {
    const answer = await logIn({ email: 'ada@hale.example', password: 'wrong' });
    expect(codeOf(answer)).toEqual([401, 'login.refused']);
    expect(answer.json()['advice']).toContain('Check both');
    expect(answer.headers['set-cookie']).toBeUndefined();
  });

  it('is refused when another page asks for it, or with a large body', async () => {
    expect(codeOf(await logIn(undefined, { origin: 'https://evil.example' }))).toEqual([403, 'request.cross_origin']);
    const large = await logIn({ email: 'ada@hale.example', password: 'x'.repeat(17 * 1024) });
    expect(codeOf(large)).toEqual([413, 'request.too_large']);
  });
});

describe('logging out', () => {
  it('ends the session and takes the cookies away', async () => {
    const { headers, sessionToken } = browserOf('viewer');
    const answer = await ask('session', { method: 'DELETE', headers });
    expect(answer.status).toBe(204);
    expect(answer.headers['set-cookie']).toHaveLength(2);
    expect(gateway.platform.sessions.has(sessionToken)).toBe(false);
    expect(codeOf(await ask('session', { headers }))).toEqual([401, 'request.not_signed_in']);
  });
});

describe('a session', () => {
  it('asks in the name of its person, for the firm of its person', async () => {
    const { headers, session } = browserOf('operator', 'auditor');
    expect((await ask('entity-counts', { headers })).status).toBe(200);
    await ask('entities', { headers });
    const [message] = gateway.platform.of(mappingMessages.searchEntities);
    expect(message?.tenantId).toBe(session.tenantId);
    expect(message?.actor).toEqual({ kind: 'person', id: session.person.personId, roles: ['operator', 'auditor'] });
  });

  it('makes changes only with the token of its page', async () => {
    const { cookie, headers } = browserOf('admin');
    const invite = (given: Ask['headers']) =>
      ask('people', {
        method: 'POST',
        headers: given,
        body: { email: 'b@hale.example', name: 'Bo', roles: ['viewer'] },
      });
    expect(codeOf(await invite({ cookie, ...ourPage }))).toEqual([403, 'request.no_csrf_token']);
    const another = { ...headers, 'x-csrf-token': csrfTokenOf('another session') };
    expect(codeOf(await invite(another))).toEqual([403, 'request.no_csrf_token']);
    expect(codeOf(await invite({ ...headers, 'sec-fetch-site': 'cross-site' }))).toEqual([403, 'request.cross_origin']);
    const invited = await invite(headers);
    expect([invited.status, invited.json()['setupUrl']]).toEqual([201, `${gateway.url}/setup?token=an+invitation`]);
  });

  it('that is over opens nothing', async () => {
    const { headers, sessionToken } = browserOf('admin');
    gateway.platform.sessions.delete(sessionToken);
    expect(codeOf(await ask('connections', { headers }))).toEqual([401, 'request.not_signed_in']);
  });

  it('is not decided about while auth is away', async () => {
    const { headers } = browserOf('admin');
    await gateway.stopStandIn('auth');
    expect((await ask('session', { headers })).status).toBe(503);
    await gateway.startStandIn('auth');
    await eventually(async () => expect((await ask('session', { headers })).status).toBe(200));
  });
});

describe('an API key', () => {
  it('does what it may and no more', async () => {
    const key = anApiKey();
    const known = aKnownKey({ role: 'operator', permissions: ['entities.read'] });
    gateway.platform.apiKeys.set(key, known);
    const headers = { authorization: `Bearer ${key}` };
    expect((await ask('entities', { headers })).status).toBe(200);
    const [message] = gateway.platform.of(mappingMessages.searchEntities);
    expect(message?.actor).toEqual({
      kind: 'key',
      id: known.keyId,
      roles: ['operator'],
      permissions: ['entities.read'],
    });
    const refused = await ask('runs', { headers });
    expect(codeOf(refused)).toEqual([403, 'access.denied']);
    expect(refused.json()).toMatchObject({
      detail: 'This needs the permission runs.read.',
      details: { permission: 'runs.read' },
    });
    expect((await ask('session', { headers })).json()).toMatchObject({
      kind: 'key',
      keyName: 'Reporting',
      permissions: ['entities.read'],
      csrfToken: null,
    });
  });

  it('that is unknown is refused, and no cookie beside it helps', async () => {
    const { headers } = browserOf('admin');
    for (const bearer of [anApiKey(), 'fbk_x', 'nonsense']) {
      const answer = await ask('session', { headers: { ...headers, authorization: `Bearer ${bearer}` } });
      expect(codeOf(answer)).toEqual([401, 'request.wrong_token']);
    }
  });
});

describe('what the roles may', () => {
  const anyId = '0f9c2f5e-6c1b-4a43-9e0b-1e51c6f7a001';
  it.each<[string, string, Role[]]>([
    ['GET', 'connections', ['viewer', 'operator', 'admin', 'auditor']],
    ['POST', 'connections', ['admin']],
    ['POST', `connections/${anyId}/runs`, ['operator', 'admin']],
    ['POST', `runs/${anyId}/pause`, ['operator', 'admin']],
    ['POST', `runs/${anyId}/cancel`, ['operator', 'admin']],
    ['GET', 'transactions', ['operator', 'admin', 'auditor']],
    ['GET', 'dead-letters', ['operator', 'admin', 'auditor']],
    ['POST', 'dead-letters/resend', ['operator', 'admin']],
    ['POST', 'replays', ['operator', 'admin']],
    ['GET', 'people', ['admin', 'auditor']],
    ['POST', 'people', ['admin']],
    ['PUT', `people/${anyId}/roles`, ['admin']],
    ['POST', `people/${anyId}/deactivate`, ['admin']],
    ['GET', 'api-keys', ['admin', 'auditor']],
    ['POST', 'api-keys', ['admin']],
    ['DELETE', `api-keys/${anyId}`, ['admin']],
    ['POST', 'password', ['viewer', 'operator', 'admin', 'auditor']],
    ['POST', 'setup/links', []],
  ])('%s %s', async (method, path, allowed) => {
    const having: Role[] = [];
    for (const role of ['viewer', 'operator', 'admin', 'auditor'] as const) {
      const answer = await ask(path, { method, headers: browserOf(role).headers });
      if (answer.status !== 403) having.push(role);
      else expect(answer.json()['code']).toBe('access.denied');
    }
    expect(having).toEqual(allowed);
  });
});

describe('people and keys', () => {
  it('are read and changed', async () => {
    const { headers, session } = browserOf('admin');
    expect((await ask('people', { headers })).json()).toMatchObject({
      people: [{ status: 'active' }],
      nextCursor: null,
    });
    const { personId } = session.person;
    const roles = await ask(`people/${personId}/roles`, { method: 'PUT', headers, body: { roles: ['viewer'] } });
    expect([roles.status, roles.json()['roles']]).toEqual([200, ['viewer']]);
    const out = await ask(`people/${personId}/deactivate`, { method: 'POST', headers });
    expect([out.status, out.json()['status']]).toEqual([200, 'deactivated']);
    const key = await ask('api-keys', { method: 'POST', headers, body: { name: 'Reporting', role: 'viewer' } });
    expect([key.status, key.json()['apiKey']]).toEqual([201, 'example-api-key']);
    expect((await ask('api-keys', { headers })).json()).toEqual({ keys: [] });
    expect((await ask(`api-keys/${personId}`, { method: 'DELETE', headers })).status).toBe(204);
    const body = { currentPassword: password, newPassword: 'another correct horse' };
    expect((await ask('password', { method: 'POST', headers, body })).status).toBe(204);
    const [message] = gateway.platform.of<object>(peopleMessages.changePassword);
    expect(message?.data).toMatchObject({ keepSessionId: session.sessionId, sourceAddress: '127.0.0.1' });
  });
});

describe('setting up', () => {
  it('begins with a link from the operator and ends logged in', async () => {
    const link = await gateway.post('/api/v1/setup/links', undefined);
    expect(link.json()).toMatchObject({ setupUrl: `${gateway.url}/setup?token=a-setup-token` });
    const look = await ask('setup/look', { method: 'POST', headers: ourPage, body: { setupToken: 'a-setup-token' } });
    expect(look.json()).toMatchObject({ kind: 'first_administrator' });
    const answers = { setupToken: 'a-setup-token', password, name: 'Ada', email: 'ada@hale.example', firmName: 'Hale' };
    const done = await ask('setup', { method: 'POST', headers: ourPage, body: answers });
    expect([done.status, done.json()['kind']]).toEqual([201, 'person']);
    expect(done.headers['set-cookie']?.[0]).toContain('a-session-token-of-the-tests-2');
  });
});

describe('an open stream', () => {
  const open = (headers: Ask['headers']) => ReadStream.open(`${gateway.url}/api/v1/stream`, { headers });

  it('ends with its session, and looking does not keep that alive', async () => {
    const { headers, sessionToken } = browserOf('viewer');
    const stream = await open(headers);
    await eventually(() =>
      expect(gateway.platform.of<object>(peopleMessages.checkSession).map(({ data }) => data)).toContainEqual({
        sessionToken,
        countsAsUse: false,
      }),
    );
    expect(stream.ended).toBe(false);
    gateway.platform.sessions.delete(sessionToken);
    await eventually(() => expect(stream.of('end')).toEqual([{ reason: 'signed_out' }]));
  });

  it('tells a key no more than it may read', async () => {
    const key = anApiKey();
    const known = aKnownKey({ permissions: ['runs.read'] });
    gateway.platform.apiKeys.set(key, known);
    const stream = await open({ authorization: `Bearer ${key}` });
    const origin = newOrigin({ service: 'clio-sync', tenantId: known.tenantId, now: new Date() });
    const reauthorize = { connectionId: randomUUID(), provider: 'clio' as const, reason: 'The grant was revoked.' };
    await gateway.publisher.publish([
      newMessage(authMessages.connectionReauthorizationRequired, reauthorize, origin),
      newMessage(syncMessages.runProgressed, aRun(), { ...origin, id: randomUUID() }),
    ]);
    await eventually(() => expect(stream.of('run')).toHaveLength(1));
    expect(stream.of('connection')).toEqual([]);
    stream.close();
  });
});

describe('believing for a moment', () => {
  it('asks auth once for requests of the same session, and forgets a session that logged out', async () => {
    const remembering = new TestGateway(broker, { CALLER_CACHE_SECONDS: '10' });
    await remembering.start('auth', 'mapping');
    const sessionToken = randomUUID();
    remembering.platform.sessions.set(sessionToken, aSession());
    const { port } = new URL(remembering.url);
    const headers = {
      cookie: `firmbridge_session_${port}=${sessionToken}`,
      'x-csrf-token': csrfTokenOf(sessionToken),
      ...ourPage,
    };
    const get = () => call(`${remembering.url}/api/v1/session`, { headers });
    const statuses = (await Promise.all([get(), get(), get()])).map(({ status }) => status);
    expect(statuses).toEqual([200, 200, 200]);
    expect(remembering.platform.of(peopleMessages.checkSession)).toHaveLength(1);
    await call(`${remembering.url}/api/v1/session`, { method: 'DELETE', headers });
    expect((await get()).status).toBe(401);
    await remembering.stop();
  });
});

describe('too many attempts of one address', () => {
  it('have to wait, while whoever is known goes on', async () => {
    const busy = new TestGateway(broker);
    await busy.start('auth');
    const tryKey = () => call(`${busy.url}/api/v1/session`, { headers: { authorization: 'Bearer nonsense' } });
    for (let n = 0; n < 60; n += 1) expect((await tryKey()).status).toBe(401);
    const refused = await tryKey();
    expect(codeOf(refused)).toEqual([429, 'request.too_many_attempts']);
    expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0);
    expect((await call(`${busy.url}/api/v1/session`, { headers: { authorization: `Bearer ${token}` } })).status).toBe(
      200,
    );
    await busy.stop();
  });
});
