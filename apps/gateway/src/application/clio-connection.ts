import { Injectable } from '@nestjs/common';
import { AppError, authMessages, type Connection } from '@firmbridge/contracts';
import type { Caller } from '../domain/caller.js';
import { AskPlatform } from './ask-platform.js';

/** Which Clio account a request is about: the one it names, else the only one there is. */
@Injectable()
export class ClioConnection {
  constructor(private readonly platform: AskPlatform) {}

  async find(connectionId: string | null, caller: Caller): Promise<Connection> {
    const { connections } = await this.platform.ask(authMessages.listConnections, {}, caller);
    const ofClio = connections.filter(({ provider }) => provider === 'clio');
    if (connectionId !== null) return requireUsable(ofClio.find((each) => each.connectionId === connectionId));
    const usable = ofClio.filter(({ status }) => status !== 'disconnected');
    if (usable.length > 1) throw ambiguous(usable);
    return requireUsable(usable[0] ?? ofClio[0]);
  }
}

function requireUsable(connection: Connection | undefined): Connection {
  if (!connection) throw new AppError('not_found', 'connection.unknown', 'There is no such connection to Clio.');
  if (connection.status === 'active') return connection;
  throw connection.status === 'disconnected'
    ? new AppError('conflict', 'connection.disconnected', 'The connection was ended; connect the account again.')
    : new AppError('conflict', 'connection.needs_reauthorization', 'The account must be reconnected first.');
}

function ambiguous(connections: readonly Connection[]): AppError {
  const message = 'The firm has more than one Clio account; name one with ?connectionId=.';
  const choice = connections.map(({ connectionId, accountName }) => ({ connectionId, accountName }));
  return new AppError('validation', 'connection.ambiguous', message, { details: { connections: choice } });
}
