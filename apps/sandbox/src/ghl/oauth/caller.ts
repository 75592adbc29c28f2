import type { GhlUserType } from '@firmbridge/ghl-api';
import type { Author } from '../data/records.js';

/** Who calls, as the bearer says. */
export interface Caller {
  readonly kind: 'oauth' | 'private';
  readonly authClass: GhlUserType;
  /** Location or company id. */
  readonly ownerId: string;
  readonly companyId: string;
  readonly scopes: readonly string[];
  /** Client id of the app, or the id of the private integration. */
  readonly clientId: string;
}

export function authorOf(caller: Caller): Author {
  return { source: 'INTEGRATION', channel: 'OAUTH', sourceId: caller.clientId };
}

/** What its requests are counted under (section 2). */
export function budgetKeyOf(caller: Caller): string {
  return `${caller.clientId}:${caller.ownerId}`;
}
