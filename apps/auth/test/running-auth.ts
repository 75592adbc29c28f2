import {
  authMessages,
  newMessage,
  newOrigin,
  syncMessages,
  systemActor,
  type Actor,
  type Connection,
  type DataOf,
  type Message,
  type MessageContract,
  type Provider,
  type QueryContract,
  type ReplyOf,
} from '@firmbridge/contracts';
import { LocalBroker } from '@firmbridge/local-broker';
import { applyTopology, BrokerConnections, LiveSubscription, QueryClient } from '@firmbridge/messaging';
import { createSandbox, defaultClioApp, type Sandbox } from '@firmbridge/sandbox';
import { startService, type RunningService } from '@firmbridge/service';
import { createTestDatabase, eventually, testNamespace, type TestDatabase } from '@firmbridge/testing';
import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { createServer } from 'node:net';
import pg from 'pg';
import { z } from 'zod';
import { auth } from '../src/index.js';

const amqpUrl = 'local://broker';
const told = [
  authMessages.connectionEstablished,
  authMessages.connectionReauthorizationRequired,
  authMessages.connectionStopping,
  authMessages.connectionDisconnected,
  authMessages.tenantErasing,
  syncMessages.problemRaised,
  syncMessages.providerCallAttempted,
];

/** Any replicas of auth as processes would run them, the sandbox in the place of the providers, the test in that of all others. */
export class RunningAuth {
  readonly namespace = testNamespace();
  readonly logged: string[] = [];
  /** Of the browser. */
  readonly nonce = randomBytes(32).toString('base64url');
  vaultKeys = `test:${randomBytes(32).toString('base64')}`;
  private readonly heard: Message[] = [];
  private readonly services: RunningService[] = [];
  private readonly peers = new Map<string, BrokerConnections>();
  private firm = 0;

  private constructor(
    readonly database: TestDatabase,
    readonly broker: LocalBroker,
    readonly sandbox: Sandbox,
    private readonly admin: pg.Client,
  ) {}

  static async open(): Promise<RunningAuth> {
    const database = await createTestDatabase({ services: [auth.schema!] });
    const broker = await LocalBroker.open({ databaseUrl: database.url });
    const sandbox = await createSandbox({ matters: 2, clio: { firms: Array.from({ length: 24 }, () => ({})) } });
    const admin = new pg.Client({ connectionString: database.url, options: '-c search_path=auth' });
    await admin.connect();
    const running = new RunningAuth(database, broker, sandbox, admin);
    await applyTopology({ connect: broker.connect, url: amqpUrl, namespace: running.namespace });
    const connections = await running.as('gateway');
    const listening = new LiveSubscription({
      ...{ connections, sources: told },
      onMessage: (message) => void running.heard.push(message),
    });
    await listening.start();
    running.closing.push(() => listening.close());
    running.queries = new QueryClient(connections, () => new Date());
    return running;
  }

  private queries!: QueryClient;
  private readonly closing: (() => Promise<void>)[] = [];

  async start(env: Record<string, string> = {}): Promise<RunningService> {
    const port = await freePort();
    const service = await startService(auth, {
      connect: this.broker.connect,
      logTo: { write: (line) => void this.logged.push(line) },
      env: { ...this.environment(), PORT: String(port), PUBLIC_URL: `http://127.0.0.1:${port}`, ...env },
    });
    this.services.push(service);
    return service;
  }

  async stopServices(): Promise<void> {
    for (const service of this.services.splice(0)) await service.stop();
  }

  async close(): Promise<void> {
    await this.queries.close();
    for (const close of this.closing) await close();
    for (const peer of this.peers.values()) await peer.close();
    await this.stopServices();
    await this.sandbox.stop();
    await this.broker.close();
    await this.admin.end();
    await this.database.drop();
  }

  environment(): Record<string, string> {
    const { sandbox, database, namespace } = this;
    const { clientId, clientSecret } = sandbox.control.ghl.facts();
    return {
      DATABASE_URL: database.url,
      DATABASE_NAMESPACE: database.namespace,
      AMQP_URL: amqpUrl,
      AMQP_NAMESPACE: namespace,
      VAULT_KEYS: this.vaultKeys,
      CLIO_US_ORIGIN: sandbox.clioOrigins.us,
      CLIO_US_CLIENT_ID: defaultClioApp.clientId,
      CLIO_US_CLIENT_SECRET: defaultClioApp.clientSecret,
      CLIO_EU_ORIGIN: sandbox.clioOrigins.eu,
      GHL_API_ORIGIN: sandbox.ghlOrigin,
      GHL_AUTHORIZE_URL: `${sandbox.ghlOrigin}/v2/oauth/chooselocation`,
      GHL_CLIENT_ID: clientId,
      GHL_CLIENT_SECRET: clientSecret,
    };
  }

  /** The broker as another service sees it. */
  async as(service: string): Promise<BrokerConnections> {
    const known = this.peers.get(service);
    if (known !== undefined) return known;
    const { broker, namespace } = this;
    const peer = new BrokerConnections({ connect: broker.connect, url: amqpUrl, namespace, service });
    this.peers.set(service, peer);
    await peer.open();
    return peer;
  }

  async sql<Row extends pg.QueryResultRow>(text: string, parameters: readonly unknown[] = []): Promise<Row[]> {
    return (await this.admin.query<Row>(text, [...parameters])).rows;
  }

  /** Messages set aside from a queue of auth. */
  deadLetters(queue: string): number {
    const { queues } = this.broker.stats();
    return queues.find(({ name }) => name === `${this.namespace}.${queue}.dead`)?.ready ?? 0;
  }

  /** Every text that stands anywhere in the tables of the service. */
  async everything(): Promise<string> {
    const tables = await this.sql<{ name: string }>(
      "select table_name as name from information_schema.tables where table_schema = 'auth'",
    );
    const rows = await Promise.all(
      tables.map(({ name }) => this.sql(`select to_jsonb(t)::text as row from "${name}" t`)),
    );
    return JSON.stringify(rows);
  }

  /** Every text that waits on the broker, dead letters too. */
  async brokerJournal(): Promise<string> {
    const rows = await this.sql(
      "select envelope, convert_from(content, 'utf8') as content from local_broker.message order by queue_id, position",
    );
    return JSON.stringify(rows);
  }

  allEvents(): readonly Message[] {
    return this.heard;
  }

  /** Of the first replica. */
  get url(): string {
    return this.services[0]?.url ?? '';
  }

  aFirm(tenantId = randomUUID()): TestFirm {
    this.firm += 1;
    return new TestFirm(this, tenantId, this.firm);
  }

  /** What was told of a tenant, in order. */
  events<C extends MessageContract>(contract: C, tenantId: string): Message<DataOf<C>>[] {
    return this.heard.filter((each) => each.type === contract.type && each.tenantId === tenantId) as Message<
      DataOf<C>
    >[];
  }

  async ask<C extends QueryContract>(
    contract: C,
    data: z.input<C['data']>,
    { tenantId, actor = systemActor('gateway') }: { tenantId: string; actor?: Actor },
  ): Promise<ReplyOf<C>> {
    return this.queries.ask(contract, data, { tenantId, actor, timeoutMs: 10_000 });
  }

  async send<C extends MessageContract>(
    contract: C,
    data: z.input<C['data']>,
    { tenantId, service = 'gateway', actor }: { tenantId: string; service?: string; actor?: Actor },
  ): Promise<void> {
    const origin = newOrigin({ service, tenantId, now: new Date(), actor: actor ?? systemActor(service) });
    const [result] = await (await this.as(service)).publisher().publish([newMessage(contract, data, origin)]);
    expect(result).toBe('confirmed');
  }
}

/** A firm of its own at the providers, and as a tenant. */
export class TestFirm {
  readonly location: { id: string; name: string; privateToken: string };

  constructor(
    private readonly running: RunningAuth,
    readonly tenantId: string,
    private readonly clioFirm: number,
  ) {
    this.location = running.sandbox.control.ghl.addLocation();
  }

  /** What the provider's page leads back to after a person's click on Allow. */
  async allowed(
    provider: Provider,
    wish: Partial<DataOf<typeof authMessages.beginAuthorization>> = {},
    account = this.location.id,
  ): Promise<string> {
    const { sandbox, nonce } = this.running;
    sandbox.control.clio.setSwitches({ autoApprove: true, autoApproveFirm: this.clioFirm });
    const { authorizeUrl } = await this.running.ask(
      authMessages.beginAuthorization,
      {
        ...{ provider, region: provider === 'clio' ? 'us' : 'global', returnTo: null },
        browserNonceHash: createHash('sha256').update(nonce).digest('base64url'),
        ...wish,
      },
      this,
    );
    const consent = provider === 'ghl' ? { method: 'POST', body: new URLSearchParams({ account }) } : {};
    const answer = await fetch(authorizeUrl, { redirect: 'manual', ...consent });
    return answer.headers.get('location') ?? '';
  }

  /** The browser on its way back. */
  async returnTo(callback: string): Promise<{ status: number; page: string }> {
    const answer = await fetch(callback, { headers: { Cookie: `firmbridge_sign_in=${this.running.nonce}` } });
    return { status: answer.status, page: await answer.text() };
  }

  async connect(provider: Provider): Promise<Connection> {
    expect(await this.returnTo(await this.allowed(provider))).toMatchObject({ status: 200 });
    const { connections } = await this.list();
    return connections.find((connection) => connection.provider === provider)!;
  }

  list() {
    return this.running.ask(authMessages.listConnections, {}, this);
  }

  async disconnection(connectionId: string) {
    const { disconnections } = await this.running.ask(authMessages.getDisconnections, { connectionId, limit: 1 }, this);
    return disconnections[0]!;
  }

  token({ provider, connectionId }: Connection, rejectedGeneration: number | null = null) {
    const actor = systemActor(`${provider}-sync`);
    const { tenantId } = this;
    return this.running.ask(authMessages.getAccessToken, { connectionId, rejectedGeneration }, { tenantId, actor });
  }

  /** The status of a call of the data API with a token. */
  async use({ provider, accountId, apiOrigin }: Connection, accessToken: string): Promise<number> {
    const path = provider === 'clio' ? '/api/v4/users/who_am_i.json' : `/locations/${accountId}`;
    const headers = { Authorization: `Bearer ${accessToken}`, Version: '2021-07-28' };
    return (await fetch(apiOrigin + path, { headers })).status;
  }

  disconnect(connectionId: string): Promise<void> {
    return this.running.send(authMessages.disconnectConnection, { connectionId }, this);
  }

  /** As the sync service does it when it has stopped and deleted its webhooks. */
  async stopped({ provider, connectionId }: Connection, service = `${provider}-sync`): Promise<void> {
    const stopping = await eventually(() =>
      this.running
        .events(authMessages.connectionStopping, this.tenantId)
        .findLast((e) => e.data.connectionId === connectionId),
    );
    const { tenantId } = this;
    await this.running.send(authMessages.connectionStopped, { ...stopping.data, remains: [] }, { tenantId, service });
  }
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}
