import type { Provider } from '@firmbridge/contracts';
import type { Database } from '@firmbridge/database';
import { hashSecret } from '../../domain/secrets.js';
import type { OauthClients } from '../../outbound/oauth-clients.js';
import { bindOauthState } from '../../persistence/oauth-state.repository.js';
import { unknownState } from './show-authorization.js';

export interface Confirmation {
  readonly provider: Provider;
  readonly state: string;
  /** The value in the cookie of the person's browser: only this browser can finish. */
  readonly nonce: string;
}

/** Ties a sign-in that was begun without a browser to that of the person who confirms it, once; says where to go on. */
export class ConfirmAuthorization {
  constructor(
    private readonly database: Database,
    private readonly clients: OauthClients,
  ) {}

  async execute({ provider, state, nonce }: Confirmation): Promise<{ authorizeUrl: string }> {
    const bound = await this.database.acrossTenants((tx) => bindOauthState(tx, hashSecret(state), hashSecret(nonce)));
    if (bound === null || bound.provider !== provider) throw unknownState();
    const client = await this.clients.of(provider, bound.region);
    return { authorizeUrl: client.authorizeUrl(state) };
  }
}
