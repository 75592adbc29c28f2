import { AppError, type Provider } from '@firmbridge/contracts';
import type { Database } from '@firmbridge/database';
import { randomBytes } from 'node:crypto';
import { hashSecret } from '../domain/secrets.js';
import type { OauthClients } from '../outbound/oauth-clients.js';
import { bindOauthState } from '../persistence/oauth-state.repository.js';

/**
 * For a provider that may not hand the state back: the first browser that opens the sign-in is given a secret to show when
 * it comes back, and only that browser can finish.
 */
export class OpenAuthorization {
  constructor(
    private readonly database: Database,
    private readonly clients: OauthClients,
  ) {}

  async execute(provider: Provider, state: string): Promise<{ authorizeUrl: string; nonce: string }> {
    const nonce = randomBytes(32).toString('base64url');
    const bound = await this.database.acrossTenants((tx) => bindOauthState(tx, hashSecret(state), hashSecret(nonce)));
    if (bound === null || bound.provider !== provider) throw unknownState();
    return { authorizeUrl: this.clients.of(provider, bound.region).authorizeUrl(state), nonce };
  }
}

export function unknownState(): AppError {
  return new AppError(
    'validation',
    'oauth.state_unknown',
    'This sign-in is unknown, over or already used. Start again from Firmbridge.',
  );
}
