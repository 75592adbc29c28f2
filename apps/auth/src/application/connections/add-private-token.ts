import { type Connection } from '@firmbridge/contracts';
import { randomUUID } from 'node:crypto';
import type { AuthConfig } from '../../config.js';
import type { OauthClients } from '../../outbound/oauth-clients.js';
import { accountError } from './provider-refusals.js';
import type { Conversation } from '../conversation.js';
import type { EstablishConnection } from './establish-connection.js';
import type { RecordCalls } from '../record-calls.js';

export interface PrivateToken {
  readonly locationId: string;
  readonly token: string;
}

/** Connects a GoHighLevel location by a token its owner made there, once the token has shown that location. */
export class AddPrivateToken {
  constructor(
    private readonly clients: OauthClients,
    private readonly establish: EstablishConnection,
    private readonly recordCalls: RecordCalls,
    private readonly config: AuthConfig,
  ) {}

  async execute({ locationId, token }: PrivateToken, conversation: Conversation): Promise<Connection> {
    const outcome = await this.clients.readLocation(token, locationId);
    const newConnectionId = randomUUID();
    if (outcome.kind !== 'known') {
      await this.recordCalls.execute(outcome.calls, newConnectionId, conversation);
      throw accountError(outcome);
    }
    return this.establish.execute(
      {
        provider: 'ghl',
        region: 'global',
        role: 'account',
        wantedConnectionId: null,
        agencyId: null,
        accountId: outcome.accountId,
        accountName: outcome.accountName,
        apiOrigin: this.config.ghl.origin,
        credential: 'private_token',
        newConnectionId,
        accessToken: token,
        refreshToken: null,
        expiresInSeconds: null,
        calls: outcome.calls,
      },
      conversation,
    );
  }
}
