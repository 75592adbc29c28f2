import { type Connection } from '@firmbridge/contracts';
import { randomUUID } from 'node:crypto';
import type { OauthClients } from '../../outbound/oauth-clients.js';
import type { CallRecord } from '../../outbound/provider-http.js';
import { accountError, exchangeError } from '../connections/provider-refusals.js';
import type { EstablishConnection } from '../connections/establish-connection.js';
import type { Conversation } from '../conversation.js';
import type { RecordCalls } from '../record-calls.js';
import type { AgencyLocation, ExchangeLocation } from './exchange-location.js';

export interface ConnectLocationParts {
  readonly clients: OauthClients;
  readonly exchangeLocation: ExchangeLocation;
  readonly establish: EstablishConnection;
  readonly recordCalls: RecordCalls;
}

/** Connects a location by its agency's token, or connects it again; it has tokens of its own from then on. */
export class ConnectAgencyLocation {
  constructor(private readonly parts: ConnectLocationParts) {}

  async execute(wish: AgencyLocation, conversation: Conversation): Promise<Connection> {
    const newConnectionId = randomUUID();
    const calls: CallRecord[] = [];
    try {
      return await this.connect(wish, newConnectionId, conversation, calls);
    } catch (failure) {
      await this.parts.recordCalls.execute(calls, newConnectionId, conversation);
      throw failure;
    }
  }

  private async connect(
    { agencyId, locationId }: AgencyLocation,
    newConnectionId: string,
    conversation: Conversation,
    calls: CallRecord[],
  ): Promise<Connection> {
    const exchanged = await this.parts.exchangeLocation.execute({ agencyId, locationId }, conversation);
    calls.push(...exchanged.calls);
    if (exchanged.kind !== 'granted') throw exchangeError(exchanged);
    const { accessToken, refreshToken, expiresInSeconds } = exchanged.grant;
    const location = await this.parts.clients.readLocation(accessToken, locationId);
    calls.push(...location.calls);
    if (location.kind !== 'known') throw accountError(location);
    const { apiOrigin } = await this.parts.clients.ghl();
    return this.parts.establish.execute(
      {
        ...{ provider: 'ghl', region: 'global', apiOrigin, credential: 'oauth', newConnectionId },
        ...{ role: 'account', accountId: location.accountId, accountName: location.accountName },
        ...{ agencyId, wantedConnectionId: null, accessToken, refreshToken, expiresInSeconds, calls },
      },
      conversation,
    );
  }
}
