import type { ProviderApp, Region } from '@firmbridge/contracts';
import type { Database } from '@firmbridge/database';
import type { Vault } from '@firmbridge/vault';
import type { AppCredentials, AuthConfig } from '../../config.js';
import { platformTenantId } from '../../domain/platform-tenant.js';
import type { KnownApp } from '../../outbound/oauth-clients.js';
import {
  findProviderApp,
  placeOfSecret,
  type AppPlace,
  type StoredApp,
} from '../../persistence/connections/provider-app.repository.js';

const clioRegions: readonly Region[] = ['us', 'eu', 'ca', 'au'];

/** Everywhere an app can be. */
export const appPlaces: readonly AppPlace[] = [
  ...clioRegions.map((region) => ({ provider: 'clio' as const, region })),
  { provider: 'ghl', region: 'global' },
];

/** The app of a provider and region: the environment's, else the one that was set. Read anew at each use. */
export class KnownApps {
  constructor(
    private readonly database: Database,
    private readonly vault: Vault,
    private readonly config: AuthConfig,
  ) {}

  async of(place: AppPlace): Promise<KnownApp | null> {
    const given = this.fromEnvironment(place);
    if (given !== null) return { ...given, versionId: null };
    const stored = await this.database.acrossTenants((tx) => findProviderApp(tx, place));
    if (stored === null) return null;
    const { clientId, versionId } = stored;
    const clientSecret = await this.vault.open(platformTenantId, placeOfSecret(place), stored.clientSecret);
    return { clientId, clientSecret, versionId };
  }

  fromEnvironment({ provider, region }: AppPlace): AppCredentials | null {
    if (provider === 'ghl') return region === 'global' ? this.config.ghl.credentials : null;
    return region === 'global' ? null : this.config.clio[region].credentials;
  }

  /** As people may see it. */
  describe(place: AppPlace, stored: StoredApp | null, connectionCount: number): ProviderApp {
    const given = this.fromEnvironment(place);
    const shown = given === null ? stored : null;
    return {
      provider: place.provider,
      region: place.region,
      source: given !== null ? 'environment' : stored !== null ? 'settings' : null,
      clientId: given?.clientId ?? stored?.clientId ?? null,
      redirectAddress: `${this.config.publicUrl}/oauth/callback/${place.provider}`,
      connectionCount,
      changedAt: shown?.changedAt ?? null,
      changedBy: shown?.changedBy ?? null,
    };
  }
}
