import { auth } from '@firmbridge/auth';
import { LocalBroker } from '@firmbridge/local-broker';
import { applyTopology } from '@firmbridge/messaging';
import { startService, type RunningService } from '@firmbridge/service';
import { createTestDatabase, eventually, testNamespace, type TestDatabase } from '@firmbridge/testing';
import { randomBytes, randomUUID } from 'node:crypto';
import { gateway } from '../src/index.js';
import { call, ReadStream, type Answer } from './http.js';

const token = 'a-token-of-the-tests-0123456789';
const amqpUrl = 'local://broker';
const ourPage = { 'sec-fetch-site': 'same-origin' };
const passwords = { first: 'harbour kite 94 lamp', second: 'meadow anvil 21 fern', third: 'copper tulip 58 raft' };

/** One browser: its cookies, and the token its page has found out. */
class Browser {
  private cookies = new Map<string, string>();
  private csrfToken = '';

  constructor(private readonly url: string) {}

  async ask(method: string, path: string, body?: unknown): Promise<Answer> {
    const headers = { ...this.headers, ...ourPage, 'x-csrf-token': this.csrfToken };
    const answer = await call(`${this.url}/api/v1/${path}`, { method, body, headers });
    for (const cookie of answer.headers['set-cookie'] ?? []) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(cookie) ?? [];
      if (value === '') this.cookies.delete(name);
      else this.cookies.set(name, value);
    }
    if (answer.text.includes('csrfToken')) this.csrfToken = String(answer.json()['csrfToken']);
    return answer;
  }

  get headers() {
    return { cookie: [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ') };
  }
}

/** Both services as processes would run them, on one broker. */
describe('a firm whose people log in', () => {
  const namespace = testNamespace();
  let database: TestDatabase;
  let broker: LocalBroker;
  const services: RunningService[] = [];
  let url: string;

  beforeAll(async () => {
    database = await createTestDatabase({ services: [auth.schema!] });
    broker = await LocalBroker.open({ databaseUrl: database.url });
    await applyTopology({ connect: broker.connect, url: amqpUrl, namespace });
    const common = {
      DATABASE_URL: database.url,
      DATABASE_NAMESPACE: database.namespace,
      AMQP_URL: amqpUrl,
      AMQP_NAMESPACE: namespace,
      LOG_LEVEL: 'silent',
    };
    const vaultKeys = { VAULT_KEYS: `test:${randomBytes(32).toString('base64')}` };
    const own = {
      STARTUP_TOKEN: token,
      TENANT_ID: randomUUID(),
      CALLER_CACHE_SECONDS: '0',
      STREAM_RECHECK_SECONDS: '1',
    };
    const { connect } = broker;
    services.push(
      await startService(auth, { connect, env: { ...common, ...vaultKeys, PUBLIC_URL: 'http://127.0.0.1:3001' } }),
      await startService(gateway, { connect, env: { ...common, ...own } }),
    );
    url = services[1]!.url;
  }, 60_000);
  afterAll(async () => {
    for (const service of services.toReversed()) await service.stop();
    await broker.close();
    await database.drop();
  });

  const tokenIn = ({ setupUrl }: { setupUrl?: unknown }) => new URL(String(setupUrl)).searchParams.get('token');

  it('goes from the start-up token to an administrator, a colleague and a key, and shuts the colleague out again', async () => {
    const operator = { authorization: `Bearer ${token}` };
    const link = await call(`${url}/api/v1/setup/links`, { method: 'POST', headers: operator });
    expect(link.status).toBe(201);

    const admin = new Browser(url);
    const who = { name: 'Imogen Vale', email: 'imogen@juniper.example', firmName: 'Juniper & Vale LLP' };
    const setUp = { ...who, setupToken: tokenIn(link.json()), password: passwords.first };
    expect((await admin.ask('POST', 'setup', setUp)).status).toBe(201);
    expect((await admin.ask('POST', 'setup', setUp)).status).toBeGreaterThanOrEqual(400);
    expect((await call(`${url}/api/v1/setup/links`, { method: 'POST', headers: operator })).status).toBe(409);
    expect((await admin.ask('GET', 'session')).json()).toMatchObject({
      kind: 'person',
      firmName: 'Juniper & Vale LLP',
      person: { email: 'imogen@juniper.example', roles: ['admin'] },
    });

    const invited = await admin.ask('POST', 'people', {
      name: 'Theo',
      email: 'theo@juniper.example',
      roles: ['viewer'],
    });
    expect(invited.status).toBe(201);
    const theo = new Browser(url);
    const invitation = { setupToken: tokenIn(invited.json()) };
    expect((await theo.ask('POST', 'setup/look', invitation)).json()).toMatchObject({
      kind: 'invitation',
      email: 'theo@juniper.example',
    });
    await theo.ask('POST', 'setup', { ...invitation, name: 'Theo Marsh', password: passwords.second });
    expect((await theo.ask('GET', 'connections')).status).toBe(200);
    const refused = await theo.ask('GET', 'people');
    expect([refused.status, refused.json()['details']]).toEqual([403, { permission: 'people.read' }]);

    await theo.ask('DELETE', 'session');
    expect((await theo.ask('GET', 'session')).status).toBe(401);
    const wrong = await theo.ask('POST', 'session', { email: 'theo@juniper.example', password: passwords.first });
    expect([wrong.status, wrong.json()['code']]).toEqual([401, 'login.refused']);
    await theo.ask('POST', 'session', { email: 'THEO@juniper.example', password: passwords.second });
    const change = { currentPassword: passwords.second, newPassword: passwords.third };
    expect((await theo.ask('POST', 'password', change)).status).toBe(204);
    expect((await theo.ask('GET', 'session')).status).toBe(200);

    const made = await admin.ask('POST', 'api-keys', {
      name: 'Report',
      role: 'viewer',
      permissions: ['connections.read'],
    });
    const { apiKey, key } = made.json<{ apiKey: string; key: { keyId: string } }>();
    const asKey = (path: string) => call(`${url}/api/v1/${path}`, { headers: { authorization: `Bearer ${apiKey}` } });
    expect([(await asKey('connections')).status, (await asKey('runs')).status]).toEqual([200, 403]);
    expect((await admin.ask('DELETE', `api-keys/${key.keyId}`)).status).toBe(204);
    expect((await asKey('connections')).status).toBe(401);

    const stream = await ReadStream.open(`${url}/api/v1/stream`, { headers: theo.headers });
    expect(stream.response.statusCode).toBe(200);
    const { personId } = invited.json();
    expect((await admin.ask('POST', `people/${String(personId)}/deactivate`)).json()['status']).toBe('deactivated');
    await eventually(() => expect(stream.of('end')).toEqual([{ reason: 'signed_out' }]));
    expect((await theo.ask('GET', 'session')).status).toBe(401);
  }, 60_000);
});
