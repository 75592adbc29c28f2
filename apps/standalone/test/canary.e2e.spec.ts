import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { auth } from '@firmbridge/auth';
import { clioSync } from '@firmbridge/clio-sync';
import { authMessages, newMessage, newOrigin, systemActor, type Connection } from '@firmbridge/contracts';
import { BrokerConnections, exchangeOf, QueryClient, queueOf } from '@firmbridge/messaging';
import { eventually, testAmqpUrl } from '@firmbridge/testing';
import { Vault } from '@firmbridge/vault';
import pg from 'pg';
import { z } from 'zod';
import { call, type Answer } from '../../gateway/test/http.js';
import { demoTenantId } from '../src/environment.js';
import { finishedRun } from './finished-run.js';
import { startTestPlatform, type TestPlatform } from './test-platform.js';

const amqpUrl = testAmqpUrl();
const logged: string[] = [];
const told: string[] = [];
/** Not secret: a place in which it is not found was not searched. */
const name = `Ada ${randomUUID()}`;
const ourPage = { 'sec-fetch-site': 'same-origin' };
const sealedColumns = [
  { schema: auth.schema!, table: 'credential', row: 'connection_id', columns: ['access_token', 'refresh_token'] },
  { schema: clioSync.schema!, table: 'webhook_subscription', row: 'subscription_id', columns: ['secret'] },
] as const;

let running: TestPlatform;
let broker: BrokerConnections;
let queries: QueryClient;
const endings: (() => Promise<void>)[] = [];
beforeAll(async () => {
  running = await startTestPlatform({ amqpUrl, webhooks: true, logged });
  endings.push(() => running.stop());
  const { connect, settings } = running;
  const place = { connect, url: settings.addresses.amqpUrl, namespace: settings.namespaces.amqp };
  broker = new BrokerConnections({ ...place, service: 'standalone' });
  await broker.open();
  queries = new QueryClient(broker, () => new Date());
  endings.push(
    () => broker.close(),
    () => queries.close(),
  );
}, 60_000);
afterAll(async () => {
  for (const end of endings.reverse()) await end();
});

async function openChannel() {
  const connection = await running.connect(running.settings.addresses.amqpUrl);
  endings.push(() => connection.close());
  return connection.createChannel();
}

const api = (path: string, body?: object, headers: Record<string, string> = {}) =>
  call(`${running.settings.addresses.gatewayUrl}/api/v1/${path}`, {
    ...(body ? { method: 'POST', body } : {}),
    headers: { ...ourPage, ...headers },
  });

/** All that is told over the exchanges; a query is between the one who asks and the owner. */
async function tapEverything(): Promise<void> {
  const channel = await openChannel();
  const { queue } = await channel.assertQueue('', { exclusive: true });
  for (const exchange of ['entities', 'events', 'commands'] as const) {
    await channel.bindQueue(queue, exchangeOf(running.settings.namespaces.amqp, exchange), '#');
  }
  await channel.consume(queue, (delivery) => void told.push(textOf(delivery)), { noAck: true });
}

async function readStream(): Promise<string[]> {
  const channel = await openChannel();
  await channel.prefetch(1_000);
  const read: string[] = [];
  const queue = queueOf(running.settings.namespaces.amqp, 'entities.stream');
  await channel.consume(queue, (delivery) => void read.push(textOf(delivery)), {
    arguments: { 'x-stream-offset': 'first' },
  });
  await eventually(() => expect(read.length).toBeGreaterThan(20));
  return read;
}

function textOf(delivery: { content: Buffer; properties: object } | null): string {
  return delivery === null ? '' : `${JSON.stringify(delivery.properties)} ${delivery.content.toString()}`;
}

/** Every table of every service, and the broker's journal where there is one. */
async function allTables(): Promise<string> {
  const client = new pg.Client({ connectionString: running.database.url });
  await client.connect();
  const { rows } = await client.query<{ name: string }>(
    `select format('%I.%I', table_schema, table_name) as name from information_schema.tables
      where table_schema not in ('pg_catalog', 'information_schema') and table_type = 'BASE TABLE'`,
  );
  const texts: string[] = [];
  for (const table of rows) {
    const { rows: all } = await client.query<{ text: string }>(`select to_jsonb(t)::text as text from ${table.name} t`);
    texts.push(...all.map(({ text }) => `${table.name}: ${text}`));
  }
  await client.end();
  return texts.join('\n');
}

/** Tokens and webhook secrets as they are, out of their sealed columns. */
async function sealedSecrets(): Promise<string[]> {
  const secrets: string[] = [];
  for (const { schema, table, row, columns } of sealedColumns) {
    const database = await running.database.connect(schema);
    const vault = new Vault({ database, keyring: running.settings.vaultKeys });
    const rows = await database.inTenant(demoTenantId, (tx) =>
      tx.query<Record<string, string | null>>(`select * from ${table} where tenant_id = $1`, [demoTenantId]),
    );
    for (const each of rows) {
      for (const column of columns) {
        const sealed = each[column];
        const place = { table, column, row: String(each[row]) };
        if (sealed) secrets.push(await vault.open(demoTenantId, place, sealed));
      }
    }
  }
  return secrets;
}

const listing = z.object({ paths: z.record(z.string(), z.record(z.string(), z.unknown())) });

/** What can be read without naming anything: all lists, counts and settings. */
async function readEverything(headers: Record<string, string>): Promise<Answer[]> {
  const document = new URL('../../../docs/api/openapi.json', import.meta.url);
  const { paths } = listing.parse(JSON.parse(readFileSync(document, 'utf8')));
  const answers: Answer[] = [];
  for (const [path, operations] of Object.entries(paths)) {
    if (!('get' in operations) || path.includes('{') || path.endsWith('/stream')) continue;
    answers.push(await api(path.replace(/^\/api\/v1\//, ''), undefined, headers));
  }
  return answers;
}

/** A password in the fields where it belongs and in those where somebody types it by mistake. */
async function comeIn(secrets: Set<string>) {
  const [password, wrong] = ['right', 'wrong'].map((word) => `canary ${word} ${randomUUID()}`);
  secrets.add(password!).add(wrong!).add(running.settings.startupToken);
  const operator = { authorization: `Bearer ${running.settings.startupToken}` };
  const link = await api('setup/links', {}, operator);
  const setupToken = new URL(link.json<{ setupUrl: string }>().setupUrl).searchParams.get('token')!;
  secrets.add(setupToken);
  const email = `ada-${randomUUID()}@hale.example`;
  const answers = [
    await api('setup', { setupToken: wrong, password, name }),
    await api('setup', { setupToken, password, name, email, firmName: 'Hale & Partners' }),
    await api('session', { email, password: wrong }),
    await api('session', { email: password, password: wrong }),
    await api('session', { email, password, wrong }),
  ];
  const entered = await api('session', { email, password });
  const cookies = [answers[1]!, entered].map(({ headers }) => headers['set-cookie']?.[0]?.split(';')[0] ?? '');
  for (const cookie of cookies) secrets.add(cookie.slice(cookie.indexOf('=') + 1));
  const headers = { cookie: cookies[1]!, 'x-csrf-token': entered.json<{ csrfToken: string }>().csrfToken };
  answers.push(await api('password', { currentPassword: wrong, newPassword: password }, headers), entered);
  return { answers, headers };
}

async function accessTokenOf({ connectionId, provider }: Connection): Promise<string> {
  const asker = { tenantId: demoTenantId, actor: systemActor(`${provider}-sync`), timeoutMs: 10_000 };
  const { accessToken } = await queries.ask(
    authMessages.getAccessToken,
    { connectionId, rejectedGeneration: null },
    asker,
  );
  return accessToken;
}

const suite = amqpUrl === null ? 'on the local broker' : 'on RabbitMQ, its stream too';

it(`a secret stands nowhere in the clear in the whole platform, ${suite}`, async () => {
  const secrets = new Set<string>([running.settings.vaultKeys.slice(5), 'sandbox-clio-secret']);
  secrets.add(running.settings.apps.ghl.clientSecret);
  await tapEverything();
  const { answers, headers } = await comeIn(secrets);
  const ghl = await running.demo.connect('ghl');
  const clio = await running.demo.connect('clio');
  await running.demo.pair(clio, ghl);
  await finishedRun(running);
  for (const connection of [clio, ghl]) secrets.add(await accessTokenOf(connection));
  const sealed = await eventually(async () => {
    const found = await sealedSecrets();
    expect(found.length).toBeGreaterThanOrEqual(4 + 5);
    return found;
  });
  for (const secret of sealed) secrets.add(secret);
  // A command that nobody can carry out, and a call that is refused.
  running.sandbox.control.clio.revokeTokens();
  await running.demo.startRun(clio.connectionId);
  await eventually(async () => expect(await running.demo.problems()).not.toEqual([]));
  const origin = newOrigin({
    service: 'gateway',
    tenantId: demoTenantId,
    now: new Date(),
    actor: systemActor('gateway'),
  });
  await broker
    .publisher()
    .publish([newMessage(authMessages.disconnectConnection, { connectionId: randomUUID() }, origin)]);
  await eventually(async () => expect((await allTables()).includes('connection.not_found')).toBe(true));

  const read = await readEverything(headers);
  const metrics = await Promise.all(running.platform.running.map(({ url }) => call(`${url}/metrics`)));
  const everywhere = {
    tables: await allTables(),
    logs: logged.join('\n'),
    messages: told.join('\n'),
    answers: [...answers.map(({ text }) => text), ...read.map(({ text }) => text)].join('\n'),
    metrics: metrics.map(({ text }) => text).join('\n'),
    ...(amqpUrl === null ? {} : { stream: (await readStream()).join('\n') }),
  };
  const found = Object.entries(everywhere).flatMap(([place, text]) =>
    [...secrets].filter((secret) => text.includes(secret)).map((secret) => `${secret.slice(0, 16)}... in ${place}`),
  );
  expect(found).toEqual([]);
  expect([...secrets].filter((secret) => secret.length < 12)).toEqual([]);
  expect(everywhere.tables).toContain(name);
  expect(everywhere.answers).toContain(name);
  expect(everywhere.messages).toContain(clio.connectionId);
  expect(everywhere.metrics).toContain('firmbridge_inbox_handled_total');
  expect(everywhere.logs.length).toBeGreaterThan(10_000);
  expect(read.filter(({ status }) => status === 200).length).toBeGreaterThan(15);
}, 120_000);
