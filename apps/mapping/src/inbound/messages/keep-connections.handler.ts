import { Controller } from '@nestjs/common';
import { authMessages, type DataOf, type Message } from '@firmbridge/contracts';
import { Consumes } from '@firmbridge/messaging';
import { KeepConnections } from '../../application/keep-connections.js';
import { KeepPairings } from '../../application/keep-pairings.js';

const queue = 'mapping.keep-connections';

@Controller()
export class KeepConnectionsHandler {
  constructor(
    private readonly keepConnections: KeepConnections,
    private readonly keepPairings: KeepPairings,
  ) {}

  @Consumes(authMessages.connectionEstablished, { queue })
  async established(message: Message<DataOf<typeof authMessages.connectionEstablished>>): Promise<void> {
    await this.keepConnections.established(queue, message);
  }

  @Consumes(authMessages.connectionReauthorizationRequired, { queue })
  async grantDied(message: Message<DataOf<typeof authMessages.connectionReauthorizationRequired>>): Promise<void> {
    await this.keepConnections.ended(queue, message, 'reauthorization_required');
  }

  @Consumes(authMessages.connectionDisconnected, { queue })
  async disconnected(message: Message<DataOf<typeof authMessages.connectionDisconnected>>): Promise<void> {
    await this.keepConnections.ended(queue, message, 'disconnected');
  }

  @Consumes(authMessages.pairingCreated, { queue })
  async paired(message: Message<DataOf<typeof authMessages.pairingCreated>>): Promise<void> {
    await this.keepPairings.execute(queue, message);
  }
}
