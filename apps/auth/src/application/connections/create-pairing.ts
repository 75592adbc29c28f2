import { AppError, authMessages, newMessage, originFollowing, type DataOf, type Message } from '@firmbridge/contracts';
import type { Tx } from '@firmbridge/database';
import type { Inbox, Outbox } from '@firmbridge/messaging';
import { findConnections } from '../../persistence/connection.repository.js';
import { isDisconnecting } from '../../persistence/sagas/disconnection.repository.js';
import { addPairing, type Pairing } from '../../persistence/pairing.repository.js';
import { serviceName } from '../conversation.js';

export const createPairingQueue = 'auth.create-pairing';

/** Keeps two connections in step from now on. Asking again, also under another id, changes and tells nothing. */
export class CreatePairing {
  constructor(
    private readonly inbox: Inbox,
    private readonly outbox: Outbox,
    private readonly clock: () => Date,
  ) {}

  async execute(command: Message<DataOf<typeof authMessages.createPairing>>): Promise<void> {
    await this.inbox.once(createPairingQueue, command, async (tx) => {
      await requireConnections(tx, command.tenantId, command.data);
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

async function requireConnections(
  tx: Tx,
  tenantId: string,
  { clioConnectionId, ghlConnectionId }: Pairing,
): Promise<void> {
  const connections = await findConnections(tx, tenantId, [clioConnectionId, ghlConnectionId]);
  const providerOf = (id: string) => connections.find(({ connectionId }) => connectionId === id)?.provider;
  const isEnding = (await isDisconnecting(tx, clioConnectionId)) || (await isDisconnecting(tx, ghlConnectionId));
  if (providerOf(clioConnectionId) === 'clio' && providerOf(ghlConnectionId) === 'ghl' && !isEnding) return;
  throw new AppError(
    'validation',
    'pairing.wrong_connections',
    'A pairing needs a Clio connection and a GoHighLevel connection of this firm that are not ending.',
    { details: { clioConnectionId, ghlConnectionId } },
  );
}
