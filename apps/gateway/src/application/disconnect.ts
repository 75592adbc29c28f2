import { Injectable } from '@nestjs/common';
import { AppError, authMessages } from '@firmbridge/contracts';
import type { Caller } from '../domain/caller.js';
import { CommandSender } from '../outbound/command-sender.js';
import { AskPlatform } from './ask-platform.js';

/** Asks auth to end a connection, or an agency. Asking again changes nothing. */
@Injectable()
export class Disconnect {
  constructor(
    private readonly platform: AskPlatform,
    private readonly commands: CommandSender,
  ) {}

  async execute(connectionId: string, caller: Caller): Promise<{ connectionId: string }> {
    const { connections } = await this.platform.ask(authMessages.listConnections, {}, caller);
    const isConnection = connections.some((connection) => connection.connectionId === connectionId);
    if (!isConnection) await this.requireAgency(connectionId, caller);
    await this.commands.send(authMessages.disconnectConnection, { connectionId }, caller);
    return { connectionId };
  }

  private async requireAgency(agencyId: string, caller: Caller): Promise<void> {
    const { agencies } = await this.platform.ask(authMessages.listAgencies, {}, caller);
    const agency = agencies.find((candidate) => candidate.agencyId === agencyId);
    const details = { connectionId: agencyId };
    if (agency === undefined) {
      throw new AppError('not_found', 'connection.unknown', 'There is no such connection.', { details });
    }
    if (agency.connectionIds.length === 0) return;
    const message = 'Locations are connected by this agency: disconnect these first.';
    throw new AppError('conflict', 'agency.in_use', message, { details: { ...details, ...agency } });
  }
}
