import { syncMessages } from '@firmbridge/contracts';
import { inspect } from 'node:util';
import { FakeProvider, json, reset, silence } from './fake-provider.js';
import { aClient, aConnection, aRead, aTokenSource, aWrite, type ClientUnderTest } from './harness.js';

let provider: FakeProvider;
let under: ClientUnderTest;

beforeAll(async () => {
  provider = await FakeProvider.start();
});

beforeEach(() => {
  under = aClient();
});

afterEach(() => under.client.close());
afterAll(() => provider.stop());

const call = (given = aRead()) => under.client.call(aConnection(provider.origin), aTokenSource(), given);

describe('the record of an attempt', () => {
  it('says who called what, how it ended and what was left of the budget, as the contract wants it', async () => {
    provider.replyWith(json(200, { data: [] }, { 'x-ratelimit-limit': '50', 'x-ratelimit-remaining': '49' }));
    const connection = aConnection(provider.origin);
    const given = aRead({ query: { fields: 'id', code: 'abc', access_token: 'def', page_token: 'p2', query: 'Ada' } });
    await under.client.call(connection, aTokenSource(), given);
    const [record] = under.records;
    expect(record).toMatchObject({
      tenantId: connection.tenantId,
      connectionId: connection.connectionId,
      correlationId: given.correlationId,
      operation: 'clio.contacts.list',
      method: 'GET',
      path: '/api/v4/contacts.json?fields=id&code=[secret]&access_token=[secret]&page_token=p2&query=[personal]',
      attempt: 1,
      status: 200,
      errorCode: null,
      rateLimit: { limit: 50, remaining: 49 },
      requestBody: null,
      responseBody: null,
    });
    expect(() => syncMessages.providerCallAttempted.data.parse({ service: 'clio-sync', ...record })).not.toThrow();
  });

  it('is kept for every attempt, also for those without an answer', async () => {
    under = aClient({ attemptMs: 300 });
    provider.replyWith(json(500, {}), silence, json(200, {}));
    await call();
    expect(under.records.map(({ attempt, status, errorCode }) => ({ attempt, status, errorCode }))).toEqual([
      { attempt: 1, status: 500, errorCode: 'clio.unavailable' },
      { attempt: 2, status: null, errorCode: 'clio.timeout' },
      { attempt: 3, status: 200, errorCode: null },
    ]);
  });

  it('keeps the bodies of writes and failures without secrets and personal data', async () => {
    provider.replyWith(
      json(422, { error: { type: 'Invalid', message: 'ada@firm.example is taken' }, echo: 'Bearer token-1' }),
    );
    const body = {
      data: {
        type: 'Person',
        first_name: 'Ada',
        primary_email_address: 'ada@firm.example',
        phone_numbers: [{ name: 'Work', number: '+1 604 555 0100', primary: true }],
        tags: ['vip'],
        client_secret: 'hunter2',
        etag: 'w1',
      },
    };
    await expect(call(aWrite({ body }))).rejects.toMatchObject({ kind: 'validation' });
    const [record] = under.records;
    expect(JSON.parse(record?.requestBody ?? '')).toEqual({
      data: {
        type: 'Person',
        first_name: '[personal]',
        primary_email_address: '[personal]',
        phone_numbers: [{ name: '[personal]', number: '[personal]', primary: true }],
        tags: ['vip'],
        client_secret: '[secret]',
        etag: 'w1',
      },
    });
    expect(record?.responseBody).toContain('[personal] is taken');
    expect(JSON.stringify(under.records)).not.toMatch(/token-1|hunter2|Ada|ada@/);
  });

  it('cuts bodies at 16 KiB', async () => {
    provider.replyWith((response) => response.writeHead(500).end('ü'.repeat(30_000)));
    await expect(call(aWrite())).rejects.toMatchObject({ kind: 'unavailable' });
    const kept = under.records[0]?.responseBody ?? '';
    expect(Buffer.byteLength(kept)).toBeLessThanOrEqual(16 * 1024);
    expect(kept).toMatch(/^ü+ \[cut\]$/);
  });

  it('is written before the call returns, and a failure to write it does not hide what the provider did', async () => {
    const failures: unknown[] = [];
    under = aClient({
      record: () => Promise.reject(new Error('no database')),
      onSideFailure: (error) => failures.push(error),
    });
    provider.replyWith(json(201, { data: { id: 7 } }));
    expect((await call(aWrite())).body).toEqual({ data: { id: 7 } });
    expect(failures).toMatchObject([{ message: 'no database' }]);
  });

  it('carries no request with a token in the error that a caller may log', async () => {
    provider.replyWith(reset);
    const error: unknown = await call(aWrite()).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ kind: 'unknown_outcome' });
    expect(inspect(error, { depth: 20, showHidden: true })).not.toContain('token-1');
  });
});
