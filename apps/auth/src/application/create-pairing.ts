import { AppError, authMessages, newMessage, originFollowing, type DataOf, type Message } from '@firmbridge/contracts';
import type { Tx } from '@firmbridge/database';
import type { Inbox, Outbox } from '@firmbridge/messaging';
import { requireConnectRight } from '../domain/permissions.js';
import { findConnections } from '../persistence/connection.repository.js';
import { addPairing, type Pairing } from '../persistence/pairing.repository.js';
import { serviceName } from './conversation.js';

export const createPairingQueue = 'auth.create-pairing';

/** Keeps two connections in step from now on. Asking again, also under another id, changes and tells nothing. */
export class CreatePairing {
  constructor(
    private readonly inbox: Inbox,
    private readonly outbox: Outbox,
    private readonly clock: () => Date,
  ) {}

  async execute(command: Message<DataOf<typeof authMessages.createPairing>>): Promise<void> {
    requireConnectRight(command.actor);
    await this.inbox.once(createPairingQueue, command, async (tx) => {
      await requireConnections(tx, command.data);
      const outcome = await addPairing(tx, command.tenantId, command.data);
      if (outcome === 'id_taken') {
        throw new AppError(
          'conflict',
          'pairing.id_taken',
          'The id of the pairing belongs to a pairing of other connections.',
        );
      }
      if (outcome === 'known') return;
      const origin = originFollowing(command, serviceName, this.clock());
      await this.outbox.add(tx, [newMessage(authMessages.pairingCreated, command.data, origin)]);
    });
  }
}

async function requireConnections(tx: Tx, { clioConnectionId, ghlConnectionId }: Pairing): Promise<void> {
  const connections = await findConnections(tx, [clioConnectionId, ghlConnectionId]);
  const providerOf = (id: string) => connections.find(({ connectionId }) => connectionId === id)?.provider;
  if (providerOf(clioConnectionId) === 'clio' && providerOf(ghlConnectionId) === 'ghl') return;
  throw new AppError(
    'validation',
    'pairing.wrong_connections',
    'A pairing needs a Clio connection and a GoHighLevel connection of this firm.',
    { details: { clioConnectionId, ghlConnectionId } },
  );
}
