import { formatActor, type ProviderApp } from '@firmbridge/contracts';
import type { Database } from '@firmbridge/database';
import type { Vault } from '@firmbridge/vault';
import { platformTenantId } from '../../domain/platform-tenant.js';
import {
  findProviderApp,
  placeOfSecret,
  saveProviderApp,
  type AppPlace,
} from '../../persistence/connections/provider-app.repository.js';
import { endPauses } from '../../persistence/credential.repository.js';
import type { Conversation } from '../conversation.js';
import type { KnownApps } from './known-apps.js';
import { requireNoConnections, requireSettable, viewApp } from './settable-apps.js';

export interface NewApp extends AppPlace {
  readonly clientId: string;
  readonly clientSecret: string;
  readonly versionId: string | null;
  readonly givesUpConnections: boolean;
}

/** Keeps the app of a provider and region, or its new secret; every replica calls with it from its next call on. */
export class SetProviderApp {
  constructor(
    private readonly database: Database,
    private readonly vault: Vault,
    private readonly knownApps: KnownApps,
  ) {}

  async execute(app: NewApp, { actor }: Conversation): Promise<ProviderApp> {
    requireSettable(this.knownApps, app);
    const clientSecret = await this.vault.seal(platformTenantId, placeOfSecret(app), app.clientSecret);
    return this.database.acrossTenants(async (tx) => {
      const known = await findProviderApp(tx, app);
      const isOther = known !== null && known.clientId !== app.clientId;
      if (isOther && !app.givesUpConnections) await requireNoConnections(tx, app, known.clientId);
      await saveProviderApp(tx, { ...app, clientSecret, changedBy: formatActor(actor) });
      // What failed for the old secret is tried again at once.
      await endPauses(tx, app.provider, app.region);
      return viewApp(tx, this.knownApps, app);
    });
  }
}
