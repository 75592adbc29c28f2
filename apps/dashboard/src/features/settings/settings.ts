import {
  connectAgencyLocation,
  listAgencies,
  listAgencyLocations,
  listErasures,
  listProviderApps,
  removeProviderApp,
  requestErasure,
  setProviderApp,
  type AgencyList,
  type AgencyLocationList,
  type ErasureList,
  type NewProviderApp,
  type ProviderApp,
  type ProviderAppList,
} from '@firmbridge/api-client';
import { answerOf } from '../../api/problem.js';
import { RemoteValue } from '../../api/remote-value.js';
import { connections } from '../connections/connections.js';

export const providerApps = new RemoteValue<ProviderAppList>(() => answerOf(listProviderApps()), 60_000);
export const agencies = new RemoteValue<AgencyList>(() => answerOf(listAgencies()), 60_000);
export const erasures = new RemoteValue<ErasureList>(() => answerOf(listErasures()), 15_000);

type Place = Pick<ProviderApp, 'provider' | 'region'>;

export async function keepApp({ provider, region }: Place, app: NewProviderApp): Promise<void> {
  await answerOf(setProviderApp({ path: { provider, region }, body: app }));
  await providerApps.refresh();
}

export async function forgetApp({ provider, region }: Place): Promise<void> {
  await answerOf(removeProviderApp({ path: { provider, region } }));
  await providerApps.refresh();
}

export function locationsOf(agencyId: string): Promise<AgencyLocationList> {
  return answerOf(listAgencyLocations({ path: { agencyId }, query: { limit: 100 } }));
}

export async function connectLocation(agencyId: string, locationId: string): Promise<void> {
  await answerOf(connectAgencyLocation({ path: { agencyId }, body: { locationId } }));
  await Promise.all([agencies.refresh(), connections.refresh()]);
}

export async function eraseFirm(confirmation: string): Promise<void> {
  await answerOf(requestErasure({ body: { confirmation } }));
  erasures.refreshSoon();
}
