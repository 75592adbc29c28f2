import type { Provider } from '@firmbridge/contracts';

/**
 * `refreshed`: by its refresh token. `recovered`: by another way, after that was refused. `superseded`: somebody else was
 * quicker. `dead`: a person has to connect again. `unavailable`, `misconfigured`: tried again later.
 */
export const refreshResults = ['refreshed', 'recovered', 'superseded', 'dead', 'unavailable', 'misconfigured'] as const;
export type RefreshResult = (typeof refreshResults)[number];

/** Counts how refreshes end. */
export interface RefreshMeter {
  count(provider: Provider, result: RefreshResult): void;
}
