import { createHash, randomBytes, randomUUID } from 'node:crypto';
import {
  AppError,
  auditMessages,
  authMessages,
  mappingMessages,
  newMessage,
  newOrigin,
  signInCookieName,
  syncMessages,
  systemActor,
  type Connection,
  type EntityType,
  type EntityView,
  type MessageContract,
  type QueryContract,
  type ReplyOf,
  type Run,
  type RunMode,
  type Transaction,
} from '@firmbridge/contracts';
import { BrokerConnections, QueryClient, type BrokerConnect } from '@firmbridge/messaging';
import type { z } from 'zod';
import { demoTenantId } from './environment.js';

const { clioSyncMessages } = syncMessages;
const me = systemActor('standalone');

/** Drives the platform as the gateway would: by its queries and commands, for one tenant, the demonstration one if nothing else is said. */
export class Demo {
  private readonly broker: BrokerConnections;
  private readonly queries: QueryClient;
  private readonly tenantId: string;

  constructor(options: { connect: BrokerConnect; url: string; namespace: string; tenantId?: string }) {
    const { tenantId = demoTenantId, ...broker } = options;
    this.tenantId = tenantId;
    this.broker = new BrokerConnections({ ...broker, service: 'standalone' });
    this.queries = new QueryClient(this.broker, () => new Date());
  }

  async open(): Promise<void> {
    await this.broker.open();
  }

  async close(): Promise<void> {
    await this.queries.close();
    await this.broker.close();
  }

  /** The Clio connection of the sandbox firm, made by the real OAuth flow when there is none yet. */
  async connect(provider: 'clio' | 'ghl'): Promise<Connection> {
    const known = await this.connection(provider);
    if (known?.status === 'active') return known;
    const nonce = randomBytes(32).toString('base64url');
    const browserNonceHash = createHash('sha256').update(nonce).digest('base64url');
    const { authorizeUrl } = await this.queries.ask(
      authMessages.beginAuthorization,
      { provider, region: provider === 'clio' ? 'us' : 'global', returnTo: null, browserNonceHash },
      this.asker(),
    );
    // The browser of a person, who allows the app: the sandbox leads back at once, and the cookie goes along.
    const allowed = await fetch(authorizeUrl, { redirect: 'manual' });
    const callback = allowed.headers.get('location') ?? authorizeUrl;
    const answer = await fetch(callback, { headers: { Cookie: `${signInCookieName(false)}=${nonce}` } });
    if (!answer.ok) {
      throw new AppError(
        'unavailable',
        'demo.not_connected',
        `The sandbox firm could not be connected to ${provider}: HTTP ${answer.status} at ${new URL(answer.url).pathname}.`,
      );
    }
    const made = await this.connection(provider);
    if (made) return made;
    throw new AppError('unavailable', 'demo.not_connected', `The sandbox firm was not connected to ${provider}.`);
  }

  /** Keeps the two connections in step; repeating it changes nothing. */
  async pair(clio: Connection, ghl: Connection): Promise<void> {
    const { pairings } = await this.queries.ask(authMessages.listConnections, {}, this.asker());
    if (pairings.some((p) => p.clioConnectionId === clio.connectionId && p.ghlConnectionId === ghl.connectionId))
      return;
    const data = { pairingId: randomUUID(), clioConnectionId: clio.connectionId, ghlConnectionId: ghl.connectionId };
    await this.command(authMessages.createPairing, data);
  }

  /** The newest run, or the named one. */
  async newestRun(runId: string | null = null): Promise<Run | null> {
    const { runs } = await this.queries.ask(clioSyncMessages.getRuns, { runId, limit: 1 }, this.asker());
    return runs[0] ?? null;
  }

  /** Asks for a run, incremental and of all resources if nothing else is said, and tells its id. */
  async startRun(connectionId: string, mode: RunMode = 'incremental', resources: string[] = []): Promise<string> {
    const runId = randomUUID();
    await this.command(clioSyncMessages.startRun, { runId, connectionId, mode, resources });
    return runId;
  }

  async connections(): Promise<Connection[]> {
    const { connections } = await this.queries.ask(authMessages.listConnections, {}, this.asker());
    return connections;
  }

  /** The newest failures that a person should know of. */
  async problems() {
    const question = { runId: null, limit: 50, cursor: null };
    const { problems } = await this.queries.ask(auditMessages.searchProblems, question, this.asker());
    return problems;
  }

  /** The entities of a type that changed last. */
  async entities(entityType: EntityType): Promise<EntityView[]> {
    const question = { entityType, text: null, entityId: null, limit: 50, cursor: null };
    const { entities } = await this.queries.ask(mappingMessages.searchEntities, question, this.asker());
    return entities;
  }

  /** The newest attempts of provider calls. */
  async transactions(): Promise<Transaction[]> {
    const anyCall = { connectionId: null, provider: null, correlationId: null, failedOnly: false, text: null };
    const question = { ...anyCall, limit: 50, cursor: null };
    const { transactions } = await this.queries.ask(auditMessages.searchTransactions, question, this.asker());
    return transactions;
  }

  private async connection(provider: 'clio' | 'ghl'): Promise<Connection | undefined> {
    return (await this.connections()).find((connection) => connection.provider === provider);
  }

  async ask<C extends QueryContract>(contract: C, data: z.input<C['data']>): Promise<ReplyOf<C>> {
    return this.queries.ask(contract, data, this.asker());
  }

  async command<C extends MessageContract>(contract: C, data: z.input<C['data']>): Promise<void> {
    const { tenantId } = this;
    const origin = newOrigin({ service: 'standalone', tenantId, now: new Date(), actor: me });
    const message = newMessage(contract, data, origin);
    const [result] = await this.broker.publisher().publish([message]);
    if (result !== 'confirmed')
      throw new AppError(
        'unavailable',
        'demo.not_sent',
        `${message.contract.name} was not accepted by the broker (${result}).`,
      );
  }

  private asker() {
    return { tenantId: this.tenantId, actor: me, timeoutMs: 10_000 };
  }
}
