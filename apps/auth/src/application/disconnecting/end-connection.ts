import {
  authMessages,
  newMessage,
  syncMessages,
  type Disconnection,
  type OutgoingMessage,
} from '@firmbridge/contracts';
import type { Database } from '@firmbridge/database';
import type { Outbox } from '@firmbridge/messaging';
import type { CallRecord } from '../../outbound/provider-http.js';
import { endConnection, lockConnection } from '../../persistence/connection.repository.js';
import { destroyCredential } from '../../persistence/credential.repository.js';
import { finishDisconnection, type OpenDisconnection } from '../../persistence/sagas/disconnection.repository.js';
import { callMessages, conversationOf, orderedBy, originAt, serviceName } from '../conversation.js';

export interface Fate {
  readonly revocation: NonNullable<Disconnection['revocation']>;
  /** Why the provider still knows the token. */
  readonly reason: string | null;
}

/** Where a person takes the app away. */
const byHand = {
  clio: 'Remove Firmbridge in Clio under Settings, Apps.',
  ghl: 'Remove Firmbridge, or its private integration, in GoHighLevel under Settings, Integrations.',
} as const;

/** Destroys the credential, ends the connection and tells so, in one transaction; once, however often it is tried. */
export class EndConnection {
  constructor(
    private readonly database: Database,
    private readonly outbox: Outbox,
    private readonly clock: () => Date,
  ) {}

  async execute(saga: OpenDisconnection, fate: Fate, calls: readonly CallRecord[]): Promise<void> {
    const { tenantId, connectionId, disconnectionId, provider } = saga;
    const reason = fate.reason === null ? null : `${fate.reason} Our copy is destroyed. ${byHand[provider]}`;
    await this.database.inTenant(tenantId, async (tx) => {
      const connection = await lockConnection(tx, connectionId);
      if (!(await finishDisconnection(tx, { disconnectionId, revocation: fate.revocation, reason }))) return;
      await destroyCredential(tx, connectionId);
      const at = await endConnection(tx, connectionId);
      const messages = callMessages(calls, connectionId, conversationOf(saga), this.clock());
      if (connection?.role === 'account') messages.push(newsOf(saga, at));
      if (reason !== null) messages.push(problemOf(saga, reason, at));
      await this.outbox.add(tx, messages);
    });
  }
}

function newsOf(saga: OpenDisconnection, at: Date): OutgoingMessage {
  const { tenantId, connectionId, provider } = saga;
  const [origin, options] = [originAt(at, conversationOf(saga)), orderedBy(tenantId, connectionId)];
  return newMessage(authMessages.connectionDisconnected, { connectionId, provider }, origin, options);
}

function problemOf(saga: OpenDisconnection, reason: string, at: Date): OutgoingMessage {
  const { disconnectionId, connectionId, provider, accountName } = saga;
  return newMessage(
    syncMessages.problemRaised,
    {
      ...{ service: serviceName, code: 'disconnection.not_revoked', provider, connectionId },
      message: `${accountName} is disconnected, but its token could not be revoked. ${reason}`,
      ...{ resource: null, recordId: null, runId: null, details: { disconnectionId } },
    },
    originAt(at, conversationOf(saga)),
  );
}
