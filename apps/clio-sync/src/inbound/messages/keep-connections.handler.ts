import { Controller } from '@nestjs/common';
import { authMessages, type Connection, type DataOf, type Message } from '@firmbridge/contracts';
import { Consumes } from '@firmbridge/messaging';
import { KeepConnection } from '../../application/keep-connection.js';

const queue = 'clio-sync.keep-connections';
const { connectionEstablished, connectionReauthorizationRequired, connectionDisconnected } = authMessages;

@Controller()
export class KeepConnectionsHandler {
  constructor(private readonly keepConnection: KeepConnection) {}

  @Consumes(connectionEstablished, { queue })
  established(message: Message<Connection>): Promise<void> {
    return this.keepConnection.established(queue, message);
  }

  @Consumes(connectionReauthorizationRequired, { queue })
  parked(message: Message<DataOf<typeof connectionReauthorizationRequired>>): Promise<void> {
    return this.keepConnection.ended(queue, message, 'reauthorization_required');
  }

  @Consumes(connectionDisconnected, { queue })
  disconnected(message: Message<DataOf<typeof connectionDisconnected>>): Promise<void> {
    return this.keepConnection.ended(queue, message, 'disconnected');
  }
}
