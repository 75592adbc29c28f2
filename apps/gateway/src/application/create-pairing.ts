import { Injectable } from '@nestjs/common';
import { AppError, authMessages, type Connection, type Provider } from '@firmbridge/contracts';
import type { Caller } from '../domain/caller.js';
import { uuidOf } from '../domain/ids.js';
import { CommandSender } from '../outbound/command-sender.js';
import { AskPlatform } from './ask-platform.js';

export interface PairingWish {
  readonly clioConnectionId: string;
  readonly ghlConnectionId: string;
}

/** Asks auth to keep two connections in step. The same two have the same pairing however often this is asked. */
@Injectable()
export class CreatePairing {
  constructor(
    private readonly platform: AskPlatform,
    private readonly commands: CommandSender,
  ) {}

  async execute(wish: PairingWish, caller: Caller): Promise<{ pairingId: string }> {
    const { connections, pairings } = await this.platform.ask(authMessages.listConnections, {}, caller);
    requireConnection(connections, wish.clioConnectionId, 'clio');
    requireConnection(connections, wish.ghlConnectionId, 'ghl');
    const known = pairings.find(
      (pairing) =>
        pairing.clioConnectionId === wish.clioConnectionId && pairing.ghlConnectionId === wish.ghlConnectionId,
    );
    if (known) return { pairingId: known.pairingId };
    const pairingId = uuidOf(caller.tenantId, wish.clioConnectionId, wish.ghlConnectionId);
    await this.commands.send(authMessages.createPairing, { pairingId, ...wish }, caller);
    return { pairingId };
  }
}

function requireConnection(connections: readonly Connection[], connectionId: string, provider: Provider): void {
  const connection = connections.find((candidate) => candidate.connectionId === connectionId);
  const details = { connectionId };
  if (!connection) throw new AppError('not_found', 'connection.unknown', 'There is no such connection.', { details });
  if (connection.provider === provider) return;
  const message = `A pairing needs a ${provider} connection here; this one is to ${connection.provider}.`;
  throw new AppError('validation', 'pairing.wrong_connections', message, { details });
}
