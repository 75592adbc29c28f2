import { isAppError } from '@firmbridge/contracts';
import type { Called, TokenOutcome } from '../../outbound/oauth-client.js';
import type { OauthClients } from '../../outbound/oauth-clients.js';
import type { Conversation } from '../conversation.js';
import type { AgencyTokens } from './agency-tokens.js';

/** A location of an agency that has allowed the app. */
export interface AgencyLocation {
  readonly agencyId: string;
  readonly locationId: string;
}

/** Exchanges the token of an agency for that of one of its locations; once more when the agency's token turns out to be old. */
export class ExchangeLocation {
  constructor(
    private readonly clients: OauthClients,
    private readonly agencyTokens: AgencyTokens,
  ) {}

  async execute({ agencyId, locationId }: AgencyLocation, conversation: Conversation): Promise<Called<TokenOutcome>> {
    try {
      const client = await this.clients.ghl();
      const agency = await this.agencyTokens.execute(agencyId, conversation);
      const first = await client.exchangeLocation(agency.accessToken, agency.companyId, locationId);
      if (first.kind !== 'unauthorized') return first;
      const fresh = await this.agencyTokens.execute(agencyId, conversation, agency.generation);
      const second = await client.exchangeLocation(fresh.accessToken, fresh.companyId, locationId);
      const calls = [...first.calls, ...second.calls.map((call) => ({ ...call, attempt: 2 }))];
      return second.kind === 'unauthorized' ? { ...second, kind: 'refused', calls } : { ...second, calls };
    } catch (error) {
      if (!isAppError(error)) throw error;
      if (!error.retryable) return { kind: 'refused', reason: error.message, calls: [] };
      const retryAfterMs = error.retryAfterMs ?? null;
      return { kind: 'unavailable', reason: error.message, retryAfterMs, isUnknown: false, calls: [] };
    }
  }
}
