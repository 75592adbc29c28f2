import { type ProviderApp } from '@firmbridge/contracts';
import type { Database } from '@firmbridge/database';
import {
  deleteProviderApp,
  findProviderApp,
  type AppPlace,
} from '../../persistence/connections/provider-app.repository.js';
import type { KnownApps } from './known-apps.js';
import { requireNoConnections, requireSettable, viewApp } from './settable-apps.js';

/** Forgets an app that was set, once no connection needs it any more. */
export class RemoveProviderApp {
  constructor(
    private readonly database: Database,
    private readonly knownApps: KnownApps,
  ) {}

  async execute(place: AppPlace): Promise<ProviderApp> {
    requireSettable(this.knownApps, place);
    return this.database.acrossTenants(async (tx) => {
      const known = await findProviderApp(tx, place);
      if (known !== null) await requireNoConnections(tx, place, known.clientId);
      await deleteProviderApp(tx, place);
      return viewApp(tx, this.knownApps, place);
    });
  }
}
