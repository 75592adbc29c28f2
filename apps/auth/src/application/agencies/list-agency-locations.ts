import type { Database } from '@firmbridge/database';
import type { InstalledLocations } from '../../outbound/ghl-oauth.client.js';
import type { OauthClients } from '../../outbound/oauth-clients.js';
import { findConnections } from '../../persistence/connection.repository.js';
import { accountError } from '../connections/provider-refusals.js';
import type { Conversation } from '../conversation.js';
import type { RecordCalls } from '../record-calls.js';
import type { AgencyTokens } from './agency-tokens.js';

export interface LocationPage {
  readonly agencyId: string;
  readonly skip: number;
  readonly limit: number;
}

/** The locations in which an agency has the app, as GoHighLevel says now, with the connection where there is one. */
export class ListAgencyLocations {
  constructor(
    private readonly database: Database,
    private readonly clients: OauthClients,
    private readonly agencyTokens: AgencyTokens,
    private readonly recordCalls: RecordCalls,
  ) {}

  async execute({ agencyId, ...page }: LocationPage, conversation: Conversation) {
    const { locations, total } = await this.ask(agencyId, page, conversation);
    const connections = await this.database.inTenant(conversation.tenantId, (tx) =>
      findConnections(tx, conversation.tenantId),
    );
    const byLocation = new Map(
      connections
        .filter(({ provider }) => provider === 'ghl')
        .map(({ accountId, connectionId }) => [accountId, connectionId]),
    );
    const shown = locations.map((each) => ({ ...each, connectionId: byLocation.get(each.locationId) ?? null }));
    return { locations: shown, total };
  }

  private async ask(
    agencyId: string,
    page: Omit<LocationPage, 'agencyId'>,
    conversation: Conversation,
  ): Promise<InstalledLocations> {
    const client = await this.clients.ghl();
    const agency = await this.agencyTokens.execute(agencyId, conversation);
    let listed = await client.installedLocations(agency.accessToken, agency.companyId, page);
    if (listed.kind === 'unauthorized') {
      const fresh = await this.agencyTokens.execute(agencyId, conversation, agency.generation);
      listed = await client.installedLocations(fresh.accessToken, fresh.companyId, page);
    }
    await this.recordCalls.execute(listed.calls, agencyId, conversation);
    if (listed.kind !== 'listed') throw accountError(listed);
    return listed;
  }
}
