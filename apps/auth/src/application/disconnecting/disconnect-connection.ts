import {
  AppError,
  authMessages,
  formatActor,
  newMessage,
  syncServiceOf,
  type DataOf,
  type Message,
} from '@firmbridge/contracts';
import type { Tx } from '@firmbridge/database';
import type { Inbox, Outbox } from '@firmbridge/messaging';
import { randomUUID } from 'node:crypto';
import { findLocationsOf } from '../../persistence/agency.repository.js';
import { lockConnection, type ConnectionFacts } from '../../persistence/connection.repository.js';
import { addDisconnection } from '../../persistence/sagas/disconnection.repository.js';
import { orderedBy, originAt, type Conversation } from '../conversation.js';

export const disconnectionsQueue = 'auth.disconnections';

/**
 * Begins to end a connection: its sync service is asked to stop and to delete its webhooks, by a token that goes on working.
 * When it has answered the token is revoked (RevokeToken). Nobody works with an agency: it is revoked at once.
 */
export class DisconnectConnection {
  constructor(
    private readonly inbox: Inbox,
    private readonly outbox: Outbox,
    private readonly clock: () => Date,
  ) {}

  async execute(command: Message<DataOf<typeof authMessages.disconnectConnection>>): Promise<void> {
    await this.inbox.once(disconnectionsQueue, command, async (tx) => {
      const connection = await lockConnection(tx, command.data.connectionId);
      if (connection === null) throw unknownConnection(command.data.connectionId);
      if (connection.role === 'agency') await requireNoLocations(tx, connection);
      await this.begin(tx, connection, command);
    });
  }

  /** Within a transaction that has locked the connection. Nothing happens to one that is ending or has ended. */
  async begin(tx: Tx, connection: ConnectionFacts, conversation: Conversation): Promise<void> {
    if (connection.status === 'disconnected') return;
    const { tenantId, connectionId, provider, accountName, role } = connection;
    const disconnectionId = randomUUID();
    const isNew = await addDisconnection(tx, {
      ...{ tenantId, disconnectionId, connectionId, provider, accountName },
      requestedBy: formatActor(conversation.actor),
      correlationId: conversation.correlationId,
      missing: role === 'account' ? [syncServiceOf[provider]] : [],
    });
    if (!isNew || role === 'agency') return;
    const data = { disconnectionId, connectionId, provider };
    const [origin, options] = [originAt(this.clock(), conversation), orderedBy(tenantId, connectionId)];
    await this.outbox.add(tx, [newMessage(authMessages.connectionStopping, data, origin, options)]);
  }
}

function unknownConnection(connectionId: string): AppError {
  return new AppError('not_found', 'connection.not_found', 'There is no such connection.', {
    details: { connectionId },
  });
}

/** To take the app away from an agency is to take it away from all of its locations. */
async function requireNoLocations(tx: Tx, { connectionId, accountName }: ConnectionFacts): Promise<void> {
  const locations = await findLocationsOf(tx, connectionId);
  if (locations.length === 0) return;
  const message = `These locations hang on ${accountName}; disconnect them first: ${locations.join(', ')}.`;
  throw new AppError('conflict', 'agency.has_locations', message);
}
