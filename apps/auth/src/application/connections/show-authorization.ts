import { AppError, envelopeSchema, type Actor, type Provider, type Region } from '@firmbridge/contracts';
import type { Database } from '@firmbridge/database';
import { hashSecret } from '../../domain/secrets.js';
import type { OauthClients } from '../../outbound/oauth-clients.js';
import { findOpenOauthState } from '../../persistence/oauth-state.repository.js';
import { findFirmName } from '../../persistence/tenant.repository.js';

export interface PendingAuthorization {
  readonly provider: Provider;
  readonly region: Region;
  /** Null for a firm without a name. */
  readonly firmName: string | null;
  readonly begunBy: Actor;
  /** Where the browser goes on to when the person confirms. */
  readonly providerOrigin: string;
}

/** What a person should know of a sign-in that was begun without a browser before they make it theirs. Changes nothing. */
export class ShowAuthorization {
  constructor(
    private readonly database: Database,
    private readonly clients: OauthClients,
  ) {}

  async execute(provider: Provider, state: string): Promise<PendingAuthorization> {
    const signIn = await this.database.acrossTenants((tx) => findOpenOauthState(tx, hashSecret(state)));
    if (signIn === null || signIn.provider !== provider || signIn.nonceHash !== null) throw unknownState();
    const { tenantId, region, actor } = signIn;
    const firmName = await this.database.inTenant(tenantId, (tx) => findFirmName(tx, tenantId));
    const client = await this.clients.of(provider, region);
    const providerOrigin = new URL(client.authorizeUrl(state)).origin;
    return { provider, region, firmName, begunBy: envelopeSchema.shape.actor.parse(actor), providerOrigin };
  }
}

export function unknownState(): AppError {
  return new AppError(
    'validation',
    'oauth.state_unknown',
    'This sign-in is unknown, over or already used. Start again from Firmbridge.',
  );
}
