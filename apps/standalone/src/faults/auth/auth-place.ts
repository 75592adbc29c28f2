import { createHash, randomBytes, randomUUID } from 'node:crypto';
import path from 'node:path';
import {
  AppError,
  authMessages,
  signInCookieName,
  systemActor,
  type Actor,
  type Connection,
  type Provider,
  type QueryContract,
  type Region,
  type ReplyOf,
} from '@firmbridge/contracts';
import { BrokerConnections, QueryClient, type Publisher } from '@firmbridge/messaging';
import amqplib from 'amqplib';
import pg from 'pg';
import type { z } from 'zod';
import { environmentOf, sandboxClioApp, type PlatformSettings } from '../../environment.js';
import { prepare } from '../../platform.js';
import { freeServerPort } from '../../servers/loopback-port.js';
import type { OwnServers } from '../../servers/own-servers.js';
import { ServiceProcesses } from '../../service-processes.js';
import { aLocalUrl, settingsOfPlace } from '../place-settings.js';
import { Replica } from '../replica.js';
import { authReport, type AuthReplicaSettings, type AuthReport } from './auth-protocol.js';
import { SandboxControl } from './sandbox-control.js';

export interface AuthPlaceOptions {
  /** Of its database, roles and queues. */
  readonly name: string;
  readonly tell: (line: string) => void;
  readonly matters?: number;
  /** Where replicas keep what they have compiled. */
  readonly compiledDir: string;
}

interface PlaceParts {
  readonly settings: PlatformSettings;
  readonly sandbox: SandboxControl;
  readonly processes: ServiceProcesses;
  readonly broker: BrokerConnections;
}

export type AuthReplica = Replica<AuthReport>;

const home = path.resolve(import.meta.dirname, '../../../../..');

/** A database, queues and a sandbox of their own, and any replicas of auth over them. */
export class AuthPlace {
  readonly replicas: AuthReplica[] = [];
  readonly db: pg.Pool;
  readonly queries: QueryClient;
  readonly delays: Extract<AuthReport, { kind: 'delay' }>[] = [];
  /** For questions that are about no firm. */
  readonly tenantId = aTenant();
  private readonly ports = new Map<AuthReplica, number>();

  readonly settings: PlatformSettings;
  readonly sandbox: SandboxControl;
  readonly processes: ServiceProcesses;
  private readonly broker: BrokerConnections;

  private constructor(
    private readonly options: AuthPlaceOptions,
    private readonly logDir: string,
    { settings, sandbox, processes, broker }: PlaceParts,
  ) {
    this.settings = settings;
    this.sandbox = sandbox;
    this.processes = processes;
    this.broker = broker;
    this.db = new pg.Pool({ connectionString: settings.addresses.databaseUrl, max: 4 });
    // A connection that the end of the server cuts off is nobody's trouble any more.
    this.db.on('error', () => undefined);
    this.queries = new QueryClient(broker, () => new Date());
  }

  static async open(servers: OwnServers, options: AuthPlaceOptions): Promise<AuthPlace> {
    const { name, tell } = options;
    const sandbox = new SandboxControl(await aLocalUrl());
    const { settings, logDir } = await settingsOfPlace(servers, { name, sandboxUrl: sandbox.url });
    const processes = new ServiceProcesses(logDir, (gone, code) => tell(`${name}: ${gone} ended (exit ${code}).`));
    await prepare(amqplib.connect, settings);
    await processes.start({
      name: 'sandbox',
      entry: path.join(home, 'apps/sandbox/dist/main.js'),
      args: [
        ...['--port', new URL(sandbox.url).port, '--matters', String(options.matters ?? 2)],
        ...['--auto-approve', '--requests-per-minute', 'off'],
      ],
      env: {},
      readyUrl: `${sandbox.url}/control/clock`,
    });
    const apps = { clio: sandboxClioApp, ghl: await sandbox.ghlApp() };
    const broker = new BrokerConnections({
      connect: amqplib.connect,
      url: settings.addresses.amqpUrl,
      namespace: name,
      service: 'gateway',
    });
    await broker.open();
    return new AuthPlace(options, logDir, { settings: { ...settings, apps }, sandbox, processes, broker });
  }

  get name(): string {
    return this.options.name;
  }

  /** Most of a start is compiling, which replicas do once for all. */
  private get quickStart() {
    return { NODE_COMPILE_CACHE: this.options.compiledDir };
  }

  file(name: string): string {
    return path.join(this.logDir, name);
  }

  /** One more replica; it runs when this resolves, and again whenever it ends. */
  async start(settings: AuthReplicaSettings, env: Readonly<Record<string, string>> = {}): Promise<AuthReplica> {
    const port = await freeServerPort();
    const name = `${this.name} auth ${this.replicas.length + 1}`;
    const replica: AuthReplica = new Replica({
      name,
      entry: path.join(import.meta.dirname, 'auth-replica-main.js'),
      settings,
      env: { ...environmentOf('auth', this.settings), ...this.quickStart, ...env, PORT: String(port) },
      logFile: this.file(`${name}.log`),
      read: (message) => authReport.parse(message),
      heard: (report) => {
        if (report.kind === 'delay') this.delays.push(report);
      },
      gone: (words) => {
        if (words !== undefined) this.options.tell(words);
      },
    });
    this.replicas.push(replica);
    this.ports.set(replica, port);
    await replica.start();
    return replica;
  }

  async stopReplicas(): Promise<void> {
    await Promise.all(this.replicas.splice(0).map((replica) => replica.stop()));
  }

  async ask<C extends QueryContract>(
    contract: C,
    data: z.input<C['data']>,
    asker: { readonly tenantId: string; readonly actor?: Actor; readonly timeoutMs?: number },
  ): Promise<ReplyOf<C>> {
    return this.queries.ask(contract, data, { actor: systemActor('gateway'), ...asker });
  }

  /** What the sync service of the connection would get. */
  token(
    { tenantId, connectionId, provider }: Pick<ConnectedAccount, 'tenantId' | 'connectionId' | 'provider'>,
    rejectedGeneration: number | null,
    timeoutMs: number,
  ) {
    const question = { connectionId, rejectedGeneration };
    const asker = { tenantId, actor: systemActor(`${provider}-sync`), timeoutMs };
    return this.ask(authMessages.getAccessToken, question, asker);
  }

  /** By the real OAuth flow, or again. `port` is where the callback is taken, by default that of the first replica. */
  async connect(
    wish: ConnectionWish,
    port = this.ports.get(this.replicas[0] as AuthReplica),
  ): Promise<ConnectedAccount> {
    const { tenantId, provider, region, connectionId = null } = wish;
    const nonce = randomBytes(32).toString('base64url');
    const browserNonceHash = createHash('sha256').update(nonce).digest('base64url');
    const { authorizeUrl } = await this.ask(
      authMessages.beginAuthorization,
      { provider, region, returnTo: null, connectionId, browserNonceHash },
      { tenantId, timeoutMs: 15_000 },
    );
    const allowed = await fetch(authorizeUrl, { redirect: 'manual' });
    const callback = new URL(allowed.headers.get('location') ?? authorizeUrl);
    callback.port = String(port);
    const answer = await fetch(callback, { headers: { Cookie: `${signInCookieName(false)}=${nonce}` } });
    if (!answer.ok) throw notConnected(`${provider} answered ${answer.status} at ${callback.pathname}`);
    const made = (await this.connections(tenantId)).find((one) => one.provider === provider && one.region === region);
    if (made === undefined) throw notConnected(`auth does not list the account at ${provider}`);
    return { ...made, tenantId };
  }

  publisher(): Publisher {
    return this.broker.publisher();
  }

  /** The port of a replica that runs. */
  runningPort(): number | undefined {
    return this.ports.get(this.replicas.find((replica) => replica.runs) as AuthReplica);
  }

  async connections(tenantId: string): Promise<Connection[]> {
    return (await this.ask(authMessages.listConnections, {}, { tenantId, timeoutMs: 15_000 })).connections;
  }

  /** Everything ends at once. */
  async end(): Promise<void> {
    for (const replica of this.replicas) replica.end();
    await this.queries.close();
    await this.broker.close();
    await this.processes.stop();
    await this.db.end();
  }
}

export interface ConnectionWish {
  readonly tenantId: string;
  readonly provider: Provider;
  readonly region: Region;
  /** To be connected again. */
  readonly connectionId?: string;
}

export interface ConnectedAccount extends Connection {
  readonly tenantId: string;
}

/** Whether the provider takes the token. */
export async function isTaken({ provider, accountId, apiOrigin }: Connection, accessToken: string): Promise<boolean> {
  const where = provider === 'clio' ? '/api/v4/users/who_am_i.json' : `/locations/${accountId}`;
  const headers = { Authorization: `Bearer ${accessToken}`, Version: '2021-07-28' };
  return (await fetch(apiOrigin + where, { headers })).ok;
}

export const aTenant = () => randomUUID();

function notConnected(reason: string): AppError {
  return new AppError('unavailable', 'faults.not_connected', `An account of the sandbox was not connected: ${reason}.`);
}
