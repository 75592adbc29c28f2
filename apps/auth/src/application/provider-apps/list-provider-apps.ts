import { type ProviderApp } from '@firmbridge/contracts';
import type { Database } from '@firmbridge/database';
import {
  countConnectionsByApp,
  findProviderApps,
  type AppPlace,
} from '../../persistence/connections/provider-app.repository.js';
import { appPlaces, type KnownApps } from './known-apps.js';

/** The app of every place, with how many connections of the asking tenant were made with it. */
export class ListProviderApps {
  constructor(
    private readonly database: Database,
    private readonly knownApps: KnownApps,
  ) {}

  async execute(tenantId: string): Promise<ProviderApp[]> {
    const [stored, counts] = await this.database.inTenant(tenantId, async (tx) => [
      await findProviderApps(tx),
      await countConnectionsByApp(tx, tenantId),
    ]);
    return appPlaces.map((place) => {
      const isHere = (other: AppPlace) => other.provider === place.provider && other.region === place.region;
      return this.knownApps.describe(place, stored.find(isHere) ?? null, counts.find(isHere)?.count ?? 0);
    });
  }
}
