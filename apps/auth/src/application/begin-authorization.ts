import { AppError, formatActor, type Provider, type Region } from '@firmbridge/contracts';
import type { Database } from '@firmbridge/database';
import { randomBytes } from 'node:crypto';
import type { AuthConfig } from '../config.js';
import { requireConnectRight } from '../domain/permissions.js';
import { isReturnAllowed } from '../domain/return-address.js';
import { hashSecret } from '../domain/secrets.js';
import type { OauthClients } from '../outbound/oauth-clients.js';
import { addOauthState } from '../persistence/oauth-state.repository.js';
import { ensureTenant } from '../persistence/tenant.repository.js';
import type { Conversation } from './conversation.js';

export interface AuthorizationWish {
  readonly provider: Provider;
  readonly region: Region;
  readonly returnTo: string | null;
}

/** Clio's code is good for as long. */
const stateLifetimeMs = 10 * 60_000;

/** Remembers a sign-in under a state that nobody can guess and says where to send the person. */
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
    requireConnectRight(conversation.actor);
    const { provider, region, returnTo } = wish;
    const client = this.clients.of(provider, region);
    if (returnTo !== null && !isReturnAllowed(returnTo, this.config.returnOrigins)) {
      throw new AppError('validation', 'oauth.return_address', 'The address to return to is not one of our pages.');
    }
    const state = randomBytes(32).toString('base64url');
    const { tenantId, actor, correlationId } = conversation;
    const expiresAt = await this.database.inTenant(tenantId, async (tx) => {
      await ensureTenant(tx, tenantId);
      return addOauthState(tx, {
        ...{ tenantId, provider, region, returnTo, correlationId },
        stateHash: hashSecret(state),
        actor: formatActor(actor),
        lifetimeMs: stateLifetimeMs,
      });
    });
    return {
      authorizeUrl: this.needsCookie(provider) ? this.ownAddress(provider, state) : client.authorizeUrl(state),
      expiresAt,
    };
  }

  private needsCookie(provider: Provider): boolean {
    return provider === 'ghl' && !this.config.ghl.returnsState;
  }

  /** Leaves a cookie in the browser on the way to the provider; see OpenAuthorization. */
  private ownAddress(provider: Provider, state: string): string {
    return `${this.config.publicUrl}/oauth/start/${provider}?${new URLSearchParams({ state }).toString()}`;
  }
}
