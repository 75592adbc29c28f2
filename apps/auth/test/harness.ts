import {
  envelopeSchema,
  systemActor,
  toMessage,
  type Connection,
  type Message,
  type Provider,
  type Region,
} from '@firmbridge/contracts';
import { Inbox, Outbox } from '@firmbridge/messaging';
import { createTestDatabase, seededRandom, type TestDatabase } from '@firmbridge/testing';
import { Logger } from '@nestjs/common';
import { createHash, randomBytes, randomUUID } from 'node:crypto';
import pg from 'pg';
import type { Conversation } from '../src/application/conversation.js';
import type { RefreshMeter } from '../src/application/tokens/refresh-meter.js';
import { authConfig } from '../src/config.js';
import { auth } from '../src/index.js';
import { composeUseCases, type UseCases } from '../src/use-cases.js';
import { ProviderServer } from './provider-server.js';

export const publicUrl = 'https://auth.firmbridge.example';
const schema = auth.schema!;
const vaultKeys = `test:${randomBytes(32).toString('base64')}`;

/** What the browser of a test has in its sign-in cookie. */
export const browserNonce = randomBytes(32).toString('base64url');
export const browserNonceHash = createHash('sha256').update(browserNonce).digest('base64url');

/** A database and a provider for one suite; any number of replicas of auth over them. */
export class Harness {
  private constructor(
    readonly database: TestDatabase,
    readonly provider: ProviderServer,
    private readonly admin: pg.Client,
  ) {}

  static async start(): Promise<Harness> {
    Logger.overrideLogger(false);
    const database = await createTestDatabase({ services: [schema] });
    const admin = new pg.Client({ connectionString: database.url, options: '-c search_path=auth' });
    await admin.connect();
    return new Harness(database, await ProviderServer.start(), admin);
  }

  async stop(): Promise<void> {
    await this.provider.stop();
    await this.admin.end();
    await this.database.drop();
  }

  /** How refreshes ended, over all replicas. */
  readonly refreshes: string[] = [];

  async replica(env: Record<string, string> = {}): Promise<UseCases> {
    const database = await this.database.connect(schema);
    return composeUseCases({
      config: authConfig.parse({ ...this.environment(), ...env }),
      database,
      outbox: new Outbox(database),
      inbox: new Inbox(database),
      meter: this.meter,
      clock: () => new Date(),
      random: seededRandom(7),
    });
  }

  private readonly meter: RefreshMeter = {
    count: (provider, result) => void this.refreshes.push(`${provider} ${result}`),
  };

  environment(): Record<string, string> {
    const { origin } = this.provider;
    const regions = ['us', 'eu', 'ca', 'au'].flatMap((region) => [
      [`CLIO_${region.toUpperCase()}_ORIGIN`, `${origin}/clio/${region}`],
      [`CLIO_${region.toUpperCase()}_CLIENT_ID`, `app-${region}`],
      [`CLIO_${region.toUpperCase()}_CLIENT_SECRET`, 'app-secret'],
    ]);
    return {
      ...(Object.fromEntries(regions) as Record<string, string>),
      PUBLIC_URL: publicUrl,
      VAULT_KEYS: vaultKeys,
      GHL_API_ORIGIN: `${origin}/ghl`,
      GHL_AUTHORIZE_URL: `${origin}/ghl/v2/oauth/chooselocation?version_id=v7`,
      GHL_CLIENT_ID: 'app-ghl',
      GHL_CLIENT_SECRET: 'app-secret',
    };
  }

  async sql<Row extends pg.QueryResultRow>(text: string, parameters: readonly unknown[] = []): Promise<Row[]> {
    return (await this.admin.query<Row>(text, [...parameters])).rows;
  }

  /** What waits in the outbox for a tenant, in order. */
  async messages(tenantId: string, name?: string): Promise<Message<Record<string, unknown>>[]> {
    const rows = await this.sql<{ envelope: string }>(
      'select envelope from outbox_message where tenant_id = $1 order by id',
      [tenantId],
    );
    const messages = rows.map(({ envelope }) => toMessage(envelopeSchema.parse(JSON.parse(envelope))));
    const wanted = messages.filter(({ type }) => name === undefined || type === `firmbridge.${name}`);
    return wanted as Message<Record<string, unknown>>[];
  }

  /** Brings the credential to the end of its life. */
  async expire(connectionId: string): Promise<void> {
    await this.sql(
      `update credential set expires_at = clock_timestamp() - interval '1 s', refresh_at = clock_timestamp() - interval '1 s'
        where connection_id = $1`,
      [connectionId],
    );
  }
}

export function aConversation(parts: Partial<Conversation> = {}): Conversation {
  return { tenantId: randomUUID(), actor: systemActor('gateway'), correlationId: randomUUID(), ...parts };
}

export function asSyncService(conversation: Conversation, provider: Provider): Conversation {
  return { ...conversation, actor: systemActor(`${provider}-sync`) };
}

export interface SignIn {
  readonly provider: Provider;
  readonly region: Region;
  readonly account: string;
}

type SignInWish = Parameters<UseCases['beginAuthorization']['execute']>[0];

/** A wish to sign in, of the browser of the test. */
export function aSignIn(parts: Partial<SignInWish> = {}): SignInWish {
  const anyone = { returnTo: null, connectionId: null, browserNonceHash };
  return { provider: 'clio', region: 'us', ...anyone, ...parts };
}

export async function stateOf(replica: UseCases, wish: Partial<SignInWish>, who: Conversation) {
  const { authorizeUrl } = await replica.beginAuthorization.execute(aSignIn(wish), who);
  return new URL(authorizeUrl).searchParams.get('state') ?? '';
}

/** The whole way of a person through a sign-in. */
export async function connect(
  replica: UseCases,
  { account, ...wish }: SignIn & Partial<SignInWish>,
  who: Conversation,
): Promise<Connection> {
  const state = await stateOf(replica, wish, who);
  const result = await replica.completeAuthorization.execute({
    ...{ provider: wish.provider, state, code: account, error: null, nonce: browserNonce },
  });
  if (result.kind === 'connected') return result.connection;
  if (result.kind === 'agency_connected') return result.agency;
  throw result.kind === 'refused' ? result.error : new Error('declined');
}

let lastAccount = 1000;
/** An account nobody has connected. */
export function anAccount(): string {
  return String(++lastAccount);
}
