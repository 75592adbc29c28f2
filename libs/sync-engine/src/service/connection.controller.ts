import { Controller, type Type } from '@nestjs/common';
import { authMessages, type Connection, type DataOf, type Message, type Provider } from '@firmbridge/contracts';
import { Consumes } from '@firmbridge/messaging';
import { ConnectionKeeper } from '../connection-keeper.js';

const { connectionEstablished, connectionReauthorizationRequired, connectionDisconnected, connectionStopping } =
  authMessages;

/** Where the life of connections is followed. */
export function connectionsController(provider: Provider): Type {
  const queue = `${provider}-sync.keep-connections`;
  const stopQueue = `${provider}-sync.stop-connection`;

  @Controller()
  class KeepConnectionsHandler {
    constructor(private readonly connections: ConnectionKeeper) {}

    @Consumes(connectionEstablished, { queue })
    established(message: Message<Connection>): Promise<void> {
      return this.connections.established(queue, message);
    }

    @Consumes(connectionReauthorizationRequired, { queue })
    parked(message: Message<DataOf<typeof connectionReauthorizationRequired>>): Promise<void> {
      return this.connections.ended(queue, message, 'reauthorization_required');
    }

    @Consumes(connectionDisconnected, { queue })
    disconnected(message: Message<DataOf<typeof connectionDisconnected>>): Promise<void> {
      return this.connections.ended(queue, message, 'disconnected');
    }

    /** On a queue of its own: it waits for calls in flight, and no other connection waits behind it. */
    @Consumes(connectionStopping, { queue: stopQueue })
    stopping(message: Message<DataOf<typeof connectionStopping>>): Promise<void> {
      return this.connections.stopping(stopQueue, message);
    }
  }
  return KeepConnectionsHandler;
}
