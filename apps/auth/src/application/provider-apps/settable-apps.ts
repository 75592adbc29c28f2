import { AppError, type ProviderApp } from '@firmbridge/contracts';
import type { Tx } from '@firmbridge/database';
import {
  countConnectionsByApp,
  findProviderApp,
  type AppPlace,
} from '../../persistence/connections/provider-app.repository.js';
import { appPlaces, type KnownApps } from './known-apps.js';

/** Throws for a place that does not exist, and where the environment has the say. */
export function requireSettable(knownApps: KnownApps, place: AppPlace): void {
  if (!appPlaces.some(({ provider, region }) => provider === place.provider && region === place.region)) {
    const message = `The provider ${place.provider} has no region ${place.region}.`;
    throw new AppError('validation', 'provider.wrong_region', message);
  }
  if (knownApps.fromEnvironment(place) === null) return;
  const message = 'The app is given by the environment of auth; change it there.';
  throw new AppError('conflict', 'provider_app.from_environment', message);
}

/** An app's refresh tokens are good with that app only. */
export async function requireNoConnections(tx: Tx, place: AppPlace, clientId: string): Promise<void> {
  const count = await countAt(tx, place);
  if (count === 0) return;
  const message =
    `${count === 1 ? 'One connection was' : `${count} connections were`} made with the app ${clientId} and would have to be ` +
    'connected again. Disconnect first, or say that they are given up.';
  throw new AppError('conflict', 'provider_app.in_use', message, { details: { count } });
}

export async function viewApp(tx: Tx, knownApps: KnownApps, place: AppPlace): Promise<ProviderApp> {
  return knownApps.describe(place, await findProviderApp(tx, place), await countAt(tx, place));
}

async function countAt(tx: Tx, place: AppPlace): Promise<number> {
  const counts = await countConnectionsByApp(tx, null);
  return counts.find((each) => each.provider === place.provider && each.region === place.region)?.count ?? 0;
}
