import { GhlSandboxUnderTest } from './ghl-sandbox.js';

let sandbox: GhlSandboxUnderTest;
beforeEach(async () => {
  sandbox = await GhlSandboxUnderTest.start();
});
afterEach(() => sandbox.stop());

const anyTrace = expect.any(String);

describe('the order of checks', () => {
  it('asks for the version before it looks at the token', async () => {
    const { status, body } = await sandbox.call('GET', '/contacts/x', { version: null, token: 'nonsense' });
    expect({ status, body }).toEqual({
      status: 401,
      body: {
        statusCode: 401,
        message: 'version header was not found.',
        error: 'Unauthorized',
        traceId: anyTrace,
      },
    });
  });

  it.each(['400', '401'] as const)(
    'refuses an unpublished version with %s as switched',
    async (unknownVersionStatus) => {
      sandbox.control.setSwitches({ unknownVersionStatus });
      const { status } = await sandbox.call('GET', '/contacts/x', { version: '2020-01-01' });
      expect(status).toBe(Number(unknownVersionStatus));
    },
  );

  it('refuses a bearer that is no token, and one that is no longer good, in different words', async () => {
    const malformed = await sandbox.call('GET', '/contacts/x', { token: 'nonsense' });
    const invalid = await sandbox.call('GET', '/contacts/x', { token: 'pit-00000000-0000-4000-8000-000000000000' });
    expect([malformed.status, malformed.body['message']]).toEqual([401, 'Invalid JWT']);
    expect([invalid.status, invalid.body['message']]).toEqual([401, 'Invalid token: access token is invalid']);
  });

  it('refuses the private token of the agency at a location endpoint before it looks at the body', async () => {
    const { agencyPrivateToken } = sandbox.control.facts();
    const { status, body } = await sandbox.call('POST', '/contacts/', { token: agencyPrivateToken, body: { odd: 1 } });
    expect([status, body['message']]).toEqual([401, "Token's user type mismatch!"]);
  });

  it('refuses an agency access token at a location endpoint in words of its own', async () => {
    const { access_token } = sandbox.control.issueTokens(sandbox.control.facts().companyId);
    const { status, body } = await sandbox.call('GET', '/contacts/x', { token: String(access_token) });
    expect(status).toBe(401);
    expect(body['message']).toMatch(/^This authClass type is not allowed/);
  });

  it('refuses another location with 403 before it looks at the rest of the body', async () => {
    const other = sandbox.control.addLocation();
    const { status, body } = await sandbox.call('POST', '/contacts/', { body: { locationId: other.id, odd: 1 } });
    expect([status, body['message']]).toEqual([403, 'The token does not have access to this location.']);
  });

  it('hides a contact of another location', async () => {
    const other = sandbox.control.addLocation();
    const contact = sandbox.control.createContact(other.id, { firstName: 'Ann' });
    expect((await sandbox.call('GET', `/contacts/${contact['id']}`)).status).toBe(403);
  });

  it('lists every fault of a body at once, unknown properties in Nest words', async () => {
    const { status, body } = await sandbox.call('POST', '/contacts/search', {
      body: { locationId: sandbox.locationId, limit: 10 },
    });
    expect(status).toBe(422);
    expect(body).toMatchObject({
      statusCode: 422,
      error: 'Unprocessable Entity',
      message: expect.arrayContaining(['pageLimit should not be empty', 'property limit should not exist']),
    });
  });

  it('answers an unknown path as an unrouted one', async () => {
    const { status, body } = await sandbox.call('GET', '/oauth/location-token');
    expect([status, body['message']]).toEqual([404, 'Cannot GET /oauth/location-token']);
  });

  it('answers a body that is no JSON with 400', async () => {
    const response = await fetch(`${sandbox.origin}/contacts/`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{',
    });
    expect(response.status).toBe(400);
  });

  it.each(['400', '404'] as const)('answers %s for a record that does not exist, as switched', async (missing) => {
    sandbox.control.setSwitches({ missingRecordStatus: missing });
    expect((await sandbox.call('GET', '/contacts/none')).status).toBe(Number(missing));
    expect((await sandbox.call('GET', '/opportunities/none')).status).toBe(Number(missing));
  });
});

describe('the budgets', () => {
  it('tells both windows on every reply', async () => {
    const { headers } = await sandbox.call('GET', '/contacts/none');
    expect(Object.fromEntries([...headers].filter(([name]) => name.startsWith('x-ratelimit')))).toEqual({
      'x-ratelimit-max': '100',
      'x-ratelimit-interval-milliseconds': '10000',
      'x-ratelimit-remaining': '99',
      'x-ratelimit-limit-daily': '200000',
      'x-ratelimit-daily-remaining': '199999',
      'x-ratelimit-daily-reset': String(12 * 3_600_000),
    });
  });

  it('refuses what exceeds the window and lets it slide', async () => {
    sandbox.control.setSwitches({ burstLimit: 3 });
    const statuses: number[] = [];
    for (let index = 0; index < 4; index += 1) {
      statuses.push((await sandbox.call('GET', '/contacts/none')).status);
      sandbox.clock.advance(1000);
    }
    expect(statuses).toEqual([400, 400, 400, 429]);
    sandbox.clock.advance(5999);
    expect((await sandbox.call('GET', '/contacts/none')).status).toBe(429);
    sandbox.clock.advance(1);
    expect((await sandbox.call('GET', '/contacts/none')).status).toBe(400);
  });

  it('counts each location apart', async () => {
    sandbox.control.setSwitches({ burstLimit: 1 });
    const other = sandbox.control.addLocation();
    expect((await sandbox.call('GET', '/contacts/none')).status).toBe(400);
    expect((await sandbox.call('GET', '/contacts/none')).status).toBe(429);
    expect((await sandbox.call('GET', '/contacts/none', { token: other.privateToken })).status).toBe(400);
  });

  it('refuses what exceeds the day until midnight UTC', async () => {
    sandbox.control.setSwitches({ dailyLimit: 1 });
    await sandbox.call('GET', '/contacts/none');
    const refused = await sandbox.call('GET', '/contacts/none');
    expect([refused.status, refused.headers.get('x-ratelimit-daily-remaining')]).toEqual([429, '0']);
    sandbox.clock.advance(12 * 3_600_000);
    expect((await sandbox.call('GET', '/contacts/none')).status).toBe(400);
  });

  it('starts the day with the first request as switched', async () => {
    sandbox.control.setSwitches({ dailyReset: 'rolling', dailyLimit: 1 });
    await sandbox.call('GET', '/contacts/none');
    sandbox.clock.advance(86_400_000 - 1);
    const refused = await sandbox.call('GET', '/contacts/none');
    expect([refused.status, refused.headers.get('x-ratelimit-daily-reset')]).toEqual([429, '1']);
    sandbox.clock.advance(1);
    expect((await sandbox.call('GET', '/contacts/none')).status).toBe(400);
  });

  it('counts whole windows as switched', async () => {
    sandbox.control.setSwitches({ rateWindow: 'fixed', burstLimit: 1 });
    sandbox.clock.advance(9999);
    expect((await sandbox.call('GET', '/contacts/none')).status).toBe(400);
    sandbox.clock.advance(1);
    expect((await sandbox.call('GET', '/contacts/none')).status).toBe(400);
  });

  it('gives private tokens another budget than apps as switched', async () => {
    sandbox.control.setSwitches({ privateTokenBurstLimit: 25 });
    const token = String(sandbox.control.issueTokens(sandbox.locationId)['access_token']);
    const limit = async (call: object) =>
      (await sandbox.call('GET', '/contacts/none', call)).headers.get('x-ratelimit-max');
    expect([await limit({}), await limit({ token })]).toEqual(['25', '100']);
  });

  it('leaves the headers of a 429 out, names a wait and changes its body, as switched', async () => {
    sandbox.control.setSwitches({
      burstLimit: 1,
      rateHeadersOn429: false,
      retryAfterHeader: true,
      tooManyRequestsBody: 'empty',
    });
    await sandbox.call('GET', '/contacts/none');
    const { status, headers, body } = await sandbox.call('GET', '/contacts/none');
    expect([status, headers.get('x-ratelimit-max'), headers.get('retry-after'), body]).toEqual([
      429,
      null,
      '10',
      { text: '' },
    ]);
  });
});

it('refuses a switch that does not exist', () => {
  expect(() => sandbox.control.setSwitches({ kindness: true })).toThrow('kindness');
});

it('returns to its first state on a reset', async () => {
  const before = sandbox.control.contacts(sandbox.locationId);
  sandbox.control.createContact(sandbox.locationId, { email: 'new@example.com' });
  sandbox.control.setSwitches({ burstLimit: 1 });
  sandbox.control.addLocation();
  sandbox.reset();
  expect(sandbox.control.contacts(sandbox.locationId)).toEqual(before);
  expect(sandbox.control.switches().burstLimit).toBe(100);
  expect(sandbox.control.facts().locations).toHaveLength(1);
});

it('starts with the same data in every process', async () => {
  const other = await GhlSandboxUnderTest.start();
  try {
    expect(other.control.facts()).toEqual(sandbox.control.facts());
    expect(other.control.contacts(other.locationId)).toEqual(sandbox.control.contacts(sandbox.locationId));
    expect(other.control.contacts(other.locationId)).toHaveLength(20);
    expect(other.control.opportunities(other.locationId)).toHaveLength(10);
  } finally {
    await other.stop();
  }
});
