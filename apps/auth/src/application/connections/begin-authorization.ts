import { AppError, formatActor, type Provider, type Region } from '@firmbridge/contracts';
import type { Database, Tx } from '@firmbridge/database';
import { randomBytes } from 'node:crypto';
import type { AuthConfig } from '../../config.js';
import { isReturnAllowed } from '../../domain/return-address.js';
import { hashSecret } from '../../domain/secrets.js';
import type { OauthClients } from '../../outbound/oauth-clients.js';
import { findConnectionFacts } from '../../persistence/connection.repository.js';
import { addOauthState } from '../../persistence/oauth-state.repository.js';
import { isDisconnecting } from '../../persistence/sagas/disconnection.repository.js';
import { ensureTenant } from '../../persistence/tenant.repository.js';
import type { Conversation } from '../conversation.js';

export interface AuthorizationWish {
  readonly provider: Provider;
  readonly region: Region;
  readonly returnTo: string | null;
  /** The connection to connect again. */
  readonly connectionId: string | null;
  /** Of the value in the cookie of the browser that asks. */
  readonly browserNonceHash: string | null;
}

/** Clio's code is good for as long. */
const stateLifetimeMs = 10 * 60_000;

/**
 * Remembers a sign-in under a state that nobody can guess and says where to send the person: to the provider when it is known
 * whose browser that is, else to our own page that asks.
 */
export class BeginAuthorization {
  constructor(
    private readonly database: Database,
    private readonly clients: OauthClients,
    private readonly config: AuthConfig,
  ) {}

  async execute(
    wish: AuthorizationWish,
    conversation: Conversation,
  ): Promise<{ authorizeUrl: string; expiresAt: Date }> {
    const { provider, region, returnTo, connectionId, browserNonceHash } = wish;
    const client = await this.clients.of(provider, region);
    if (returnTo !== null && !isReturnAllowed(returnTo, this.config.returnOrigins)) {
      throw new AppError('validation', 'oauth.return_address', 'The address to return to is not one of our pages.');
    }
    const state = randomBytes(32).toString('base64url');
    const { tenantId, actor, correlationId } = conversation;
    const expiresAt = await this.database.inTenant(tenantId, async (tx) => {
      await ensureTenant(tx, tenantId);
      await requireReconnectable(tx, tenantId, wish);
      return addOauthState(tx, {
        ...{ tenantId, provider, region, returnTo, connectionId, correlationId },
        stateHash: hashSecret(state),
        nonceHash: browserNonceHash,
        actor: formatActor(actor),
        lifetimeMs: stateLifetimeMs,
      });
    });
    const authorizeUrl = browserNonceHash === null ? this.ownAddress(provider, state) : client.authorizeUrl(state);
    return { authorizeUrl, expiresAt };
  }

  /** On the way to the provider, a person confirms there that the sign-in is theirs; see ShowAuthorization. */
  private ownAddress(provider: Provider, state: string): string {
    return `${this.config.publicUrl}/oauth/start/${provider}?${new URLSearchParams({ state }).toString()}`;
  }
}

async function requireReconnectable(tx: Tx, tenantId: string, { connectionId, provider, region }: AuthorizationWish) {
  if (connectionId === null) return;
  const known = await findConnectionFacts(tx, tenantId, connectionId);
  if (known === null || known.provider !== provider || known.region !== region) {
    throw new AppError('not_found', 'connection.not_found', 'There is no such connection at this provider.', {
      details: { connectionId },
    });
  }
  if (!(await isDisconnecting(tx, connectionId))) return;
  const message = `${known.accountName} is being disconnected. Connect it again when that is done.`;
  throw new AppError('conflict', 'connection.disconnecting', message);
}
