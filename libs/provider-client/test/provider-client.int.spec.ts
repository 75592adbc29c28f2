import { eventually } from '@firmbridge/testing';
import { gzipSync } from 'node:zlib';
import { createServer } from 'node:net';
import type { TokenSource } from '../src/index.js';
import { FakeProvider, html, json, reset, silence, tooManyRequests, truncated } from './fake-provider.js';
import { aClient, aConnection, aRead, aTokenSource, aWrite, type ClientUnderTest } from './harness.js';

let provider: FakeProvider;
let under: ClientUnderTest;

beforeAll(async () => {
  provider = await FakeProvider.start();
});

beforeEach(() => {
  under = aClient();
  provider.replyWith(json(200, { data: [] }));
});

afterEach(() => under.client.close());
afterAll(() => provider.stop());

const call = (given = aRead(), tokens: TokenSource = aTokenSource()) =>
  under.client.call(aConnection(provider.origin), tokens, given);

describe('a call', () => {
  it('sends the token exactly once, whatever the caller, the dialect and the token source bring', async () => {
    const tokens = { get: async () => ({ accessToken: 'Bearer abc', generation: 1 }) };
    under = aClient({ dialect: { defaultHeaders: { Authorization: 'Bearer dialect' } } });
    await call(aRead({ headers: { authorization: 'Bearer caller' } }), tokens);
    expect(provider.calls[0]?.authorization).toEqual(['Bearer abc']);
  });

  it('gives back status, headers and the parsed body', async () => {
    provider.replyWith(json(200, { data: [{ id: 1 }] }, { ETag: '"5"' }));
    const response = await call();
    expect(response).toMatchObject({ status: 200, headers: { etag: '"5"' }, body: { data: [{ id: 1 }] } });
  });

  it('reads compressed answers and takes an empty one as no body', async () => {
    provider.replyWith(
      (response) =>
        response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync(JSON.stringify({ data: 'small' }))),
      (response) => response.writeHead(204).end(),
      (response) => response.writeHead(304).end(),
    );
    expect((await call()).body).toEqual({ data: 'small' });
    expect(await call(aWrite({ method: 'DELETE' }))).toMatchObject({ status: 204, body: null });
    expect(await call(aRead({ headers: { 'If-None-Match': '"5"' } }))).toMatchObject({ status: 304, body: null });
  });

  it('sends headers of the dialect and of the caller, and a JSON body', async () => {
    await call(aWrite({ headers: { 'If-Match': '"7"' } }));
    const [received] = provider.calls;
    expect(received?.headers).toMatchObject({
      'x-api-version': '4.0.13',
      'if-match': '"7"',
      'content-type': 'application/json',
      'user-agent': 'firmbridge',
    });
    expect(JSON.parse(received?.body ?? '')).toEqual({ data: { type: 'Person', first_name: 'Ada', etag: 'w1' } });
  });

  it.each([
    [true, '/api/v4/contacts.json?fields=id%2Cmatter%7Bid%7D&ids[]=1&ids[]=2'],
    [false, '/api/v4/contacts.json?fields=id,matter{id}&ids[]=1&ids[]=2'],
  ])('encodes braces as the dialect wants (%s) and repeats the keys of arrays', async (encodeBraces, expected) => {
    under = aClient({ dialect: { encodeBraces } });
    await call(aRead({ query: { fields: 'id,matter{id}', 'ids[]': ['1', '2'] } }));
    expect(provider.calls[0]?.url).toBe(expected);
  });

  it('follows the address of a next page as the provider wrote it', async () => {
    await call(aRead({ pathOrUrl: `${provider.origin}/api/v4/contacts.json?fields=id%7B&page_token=abc` }));
    expect(provider.calls[0]?.url).toBe('/api/v4/contacts.json?fields=id%7B&page_token=abc');
  });

  it.each([
    'https://evil.example/api/v4/contacts.json',
    '//evil.example/api',
    'http://127.0.0.1:1/api',
    '/\\evil.example/api',
    'ftp://127.0.0.1/x',
  ])('sends no token to a foreign address (%s)', async (pathOrUrl) => {
    const tokens = aTokenSource();
    await expect(call(aRead({ pathOrUrl }), tokens)).rejects.toMatchObject({
      kind: 'forbidden',
      code: 'clio.foreign_address',
    });
    expect(tokens.asked).toEqual([]);
  });

  it('follows a redirect of a read within the origin, and no other', async () => {
    provider.replyWith(json(307, null, { location: '/api/v4/moved.json' }), json(200, { data: 'moved' }));
    expect((await call()).body).toEqual({ data: 'moved' });
    expect(provider.calls.map((each) => each.url)).toEqual(['/api/v4/contacts.json', '/api/v4/moved.json']);

    provider.replyWith(json(307, null, { location: 'https://evil.example/' }));
    await expect(call()).rejects.toMatchObject({ kind: 'forbidden', code: 'clio.foreign_address' });
    provider.replyWith(json(302, null, { location: '/api/v4/moved.json' }));
    await expect(call()).rejects.toMatchObject({ code: 'clio.unexpected_redirect' });
    provider.replyWith(json(307, null, { location: '/api/v4/moved.json' }));
    await expect(call(aWrite())).rejects.toMatchObject({ code: 'clio.unexpected_redirect' });
    await expect(call()).rejects.toMatchObject({ code: 'clio.unexpected_redirect' });
  });
});

describe('a rejected token', () => {
  it('is replaced once and the call repeated, a write, too', async () => {
    provider.replyWith(
      json(401, { error: { type: 'Unauthorized', message: 'expired' } }),
      json(201, { data: { id: 9 } }),
    );
    const tokens = aTokenSource();
    expect((await call(aWrite(), tokens)).status).toBe(201);
    expect(tokens.asked).toEqual([null, 1]);
    expect(provider.calls.map((each) => each.authorization[0])).toEqual(['Bearer token-1', 'Bearer token-2']);
  });

  it('fails the call as unauthorized when the new one is rejected, too', async () => {
    provider.replyWith(json(401, { error: { type: 'Unauthorized', message: 'revoked' } }, { 'x-request-id': 'r-1' }));
    const tokens = aTokenSource();
    await expect(call(aRead(), tokens)).rejects.toMatchObject({
      kind: 'unauthorized',
      code: 'clio.unauthorized',
      details: {
        status: 401,
        providerType: 'Unauthorized',
        providerMessage: 'revoked',
        requestId: 'r-1',
        operation: 'clio.contacts.list',
      },
    });
    expect(tokens.asked).toEqual([null, 1]);
  });

  it('is not replaced when the dialect says that a new one would not help', async () => {
    under = aClient({ dialect: { isTokenRejected: () => false } });
    provider.replyWith(json(401, { error: { type: 'Scope', message: 'missing scope' } }));
    const tokens = aTokenSource();
    await expect(call(aRead(), tokens)).rejects.toMatchObject({ kind: 'unauthorized' });
    expect(tokens.asked).toEqual([null]);
  });
});

describe('a refusal for want of budget', () => {
  it('is waited out as the provider asks, a write, too', async () => {
    provider.replyWith(tooManyRequests('1'), json(201, { data: { id: 9 } }));
    const started = Date.now();
    expect((await call(aWrite())).status).toBe(201);
    expect(Date.now() - started).toBeGreaterThanOrEqual(950);
    expect(under.records.map((record) => record.errorCode)).toEqual(['clio.rate_limited', null]);
  });

  it('fails at once when the asked wait ends after the deadline', async () => {
    provider.replyWith(tooManyRequests('120'));
    await expect(call(aRead({ deadlineMs: 2_000 }))).rejects.toMatchObject({
      kind: 'rate_limited',
      code: 'clio.rate_limited',
      retryAfterMs: 120_000,
    });
  });

  it('does not go on for ever', async () => {
    provider.replyWith(tooManyRequests('0.01'));
    await expect(call()).rejects.toMatchObject({ kind: 'rate_limited' });
    expect(provider.calls).toHaveLength(10);
  });

  it('ends the wait for budget at the deadline', async () => {
    const connection = aConnection(provider.origin, { policy: { windows: [{ limit: 2, seconds: 600 }] } });
    await under.client.call(connection, aTokenSource(), aRead());
    const second = under.client.call(connection, aTokenSource(), aRead({ deadlineMs: 50 }));
    await expect(second).rejects.toMatchObject({ kind: 'rate_limited', code: 'clio.no_budget_in_time' });
    expect(provider.calls).toHaveLength(1);
  });

  it('reports what the headers say to the limiter', async () => {
    const connection = aConnection(provider.origin, { policy: { windows: [{ limit: 60, seconds: 60 }] } });
    provider.replyWith(json(200, {}, { 'x-ratelimit-limit': '40', 'x-ratelimit-remaining': '3' }));
    await under.client.call(connection, aTokenSource(), aRead());
    const snapshot = await under.limiter.snapshot({ ...connection, key: connection.budgetKey });
    expect(snapshot).toMatchObject({ isObserved: true, inFlight: 0, windows: [{ limit: 40 }] });
    expect(snapshot.windows[0]?.available).toBeLessThan(4);
  });
});

describe('a failed read', () => {
  it.each([
    ['a server error', json(500, { error: { type: 'Oops', message: 'broken' } })],
    ['a reset connection', reset],
    ['a page of HTML', html(200)],
    ['a body that breaks off', truncated],
  ])('is repeated after %s', async (_, failure) => {
    provider.replyWith(failure, failure, json(200, { data: 'at last' }));
    expect((await call()).body).toEqual({ data: 'at last' });
    expect(under.records.map((record) => record.attempt)).toEqual([1, 2, 3]);
  });

  it.each([
    ['a server error', json(503, {}), 'unavailable', 'clio.unavailable'],
    ['a reset connection', reset, 'unavailable', 'clio.unreachable'],
    ['a page of HTML', html(200), 'malformed', 'clio.malformed'],
    ['a body that breaks off', truncated, 'malformed', 'clio.malformed'],
  ])('fails after three attempts with %s', async (_, failure, kind, code) => {
    provider.replyWith(failure);
    await expect(call()).rejects.toMatchObject({ kind, code });
    expect(provider.calls).toHaveLength(3);
  });

  it('waits as long as an unavailable provider asks', async () => {
    provider.replyWith(json(503, {}, { 'retry-after': '1' }), json(200, {}));
    const started = Date.now();
    await call();
    expect(Date.now() - started).toBeGreaterThanOrEqual(950);
  });

  it('is not repeated when the pause would pass the deadline', async () => {
    provider.replyWith(json(503, {}, { 'retry-after': '60' }));
    await expect(call()).rejects.toMatchObject({ kind: 'unavailable', retryAfterMs: 60_000 });
    expect(provider.calls).toHaveLength(1);
  });

  it('is given up when an attempt stays silent', async () => {
    under = aClient({ attemptMs: 300 });
    provider.replyWith(silence);
    await expect(call()).rejects.toMatchObject({ kind: 'unavailable', code: 'clio.timeout' });
    await eventually(() => expect(provider.calls).toHaveLength(3));
  });

  it('is given up when the answer unpacks to more than 32 MiB', async () => {
    const bomb = gzipSync(Buffer.alloc(33 * 1024 * 1024, ' '));
    provider.replyWith((response) => response.writeHead(200, { 'content-encoding': 'gzip' }).end(bomb));
    await expect(call()).rejects.toMatchObject({ kind: 'malformed' });
    expect(provider.calls).toHaveLength(1);
  });

  it('stops at the deadline of the whole call', async () => {
    provider.replyWith(silence);
    await expect(call(aRead({ deadlineMs: 300 }))).rejects.toMatchObject({ code: 'clio.deadline_exceeded' });
    await eventually(() => expect(provider.calls).toHaveLength(1));
  });

  it('is repeated for other callers only while retries are a small part of the calls', async () => {
    provider.replyWith(html(200));
    for (let each = 0; each < 8; each++) await expect(call()).rejects.toMatchObject({ kind: 'malformed' });
    expect(provider.calls.length).toBe(8 + 10);
  });

  it.each([
    [400, 'validation'],
    [403, 'forbidden'],
    [404, 'not_found'],
    [409, 'conflict'],
    [412, 'precondition_failed'],
    [422, 'validation'],
  ])('is not repeated when refused with %d', async (status, kind) => {
    provider.replyWith(json(status, { error: { type: 'No', message: 'No contact of bob@firm.example' } }));
    await expect(call()).rejects.toMatchObject({
      kind,
      code: `clio.${kind}`,
      details: { status, providerMessage: 'No contact of [personal]' },
    });
    expect(provider.calls).toHaveLength(1);
  });

  it('takes another kind when the dialect knows better', async () => {
    under = aClient({ dialect: { errorKind: (status) => (status === 400 ? 'conflict' : null) } });
    provider.replyWith(json(400, {}));
    await expect(call()).rejects.toMatchObject({ kind: 'conflict' });
  });
});

describe('a cancelled call', () => {
  it('ends while it is under way', async () => {
    const controller = new AbortController();
    provider.replyWith(() => controller.abort());
    await expect(call(aRead({ signal: controller.signal }))).rejects.toMatchObject({
      kind: 'cancelled',
      code: 'clio.cancelled',
    });
    expect(under.records).toMatchObject([{ status: null, errorCode: 'clio.cancelled' }]);
  });

  it('ends while it waits for budget or for its token, and calls nobody', async () => {
    const connection = aConnection(provider.origin, { policy: { windows: [{ limit: 2, seconds: 600 }] } });
    await under.client.call(connection, aTokenSource(), aRead());
    const controller = new AbortController();
    const waiting = [
      under.client.call(connection, aTokenSource(), aRead({ signal: controller.signal })),
      call(aRead({ signal: controller.signal }), { get: () => new Promise(() => undefined) }),
    ];
    const ends = waiting.map((each) => expect(each).rejects.toMatchObject({ kind: 'cancelled' }));
    controller.abort();
    await Promise.all(ends);
    expect(provider.calls).toHaveLength(1);
  });

  it('is not repeated after a failure', async () => {
    const controller = new AbortController();
    provider.replyWith(json(503, {}, { 'retry-after': '5' }));
    const cancelled = expect(call(aRead({ signal: controller.signal }))).rejects.toMatchObject({ kind: 'cancelled' });
    await eventually(() => under.records.length === 1);
    controller.abort();
    await cancelled;
    expect(provider.calls).toHaveLength(1);
  });

  it('takes no notice of a signal that is aborted after the end', async () => {
    const controller = new AbortController();
    await call(aRead({ signal: controller.signal }));
    controller.abort();
  });
});

describe('a write', () => {
  it.each([
    ['a reset connection', reset],
    ['a page of HTML', html(200)],
    ['a body that breaks off', truncated],
    ['a gateway that gave up', html(504)],
  ])('has an unknown outcome after %s, and is not repeated', async (_, failure) => {
    provider.replyWith(failure);
    await expect(call(aWrite())).rejects.toMatchObject({ kind: 'unknown_outcome', retryable: false });
    expect(provider.calls).toHaveLength(1);
  });

  it('has an unknown outcome when it is stopped under way, by its timeout or by the caller', async () => {
    under = aClient({ attemptMs: 300 });
    provider.replyWith(silence);
    await expect(call(aWrite())).rejects.toMatchObject({ kind: 'unknown_outcome', details: { reason: 'timeout' } });
    const controller = new AbortController();
    provider.replyWith(() => controller.abort());
    await expect(call(aWrite({ signal: controller.signal }))).rejects.toMatchObject({
      kind: 'unknown_outcome',
      details: { reason: 'cancelled' },
    });
  });

  it('is simply unavailable when the provider cannot have seen it', async () => {
    const connection = aConnection(await anOriginWhereNobodyListens());
    const writing = under.client.call(connection, aTokenSource(), aWrite());
    await expect(writing).rejects.toMatchObject({ kind: 'unavailable', code: 'clio.unreachable' });
  });

  it('is not repeated after a server error', async () => {
    provider.replyWith(json(500, {}));
    await expect(call(aWrite())).rejects.toMatchObject({ kind: 'unavailable' });
    expect(provider.calls).toHaveLength(1);
  });

  it('is repeated like a read when the caller says that this does no harm', async () => {
    provider.replyWith(reset, json(200, { data: { id: 1 } }));
    expect((await call(aWrite({ method: 'PUT', idempotent: true }))).status).toBe(200);
  });
});

async function anOriginWhereNobodyListens(): Promise<string> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return `http://127.0.0.1:${port}`;
}
