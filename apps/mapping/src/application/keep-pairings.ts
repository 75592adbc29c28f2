import { Injectable } from '@nestjs/common';
import type { authMessages, DataOf, Message } from '@firmbridge/contracts';
import { Inbox } from '@firmbridge/messaging';
import { ConnectionRepository } from '../persistence/connection.repository.js';

/** Keeps which connections go together: contacts that change from then on are carried over. */
@Injectable()
export class KeepPairings {
  constructor(
    private readonly inbox: Inbox,
    private readonly connections: ConnectionRepository,
  ) {}

  async execute(queue: string, event: Message<DataOf<typeof authMessages.pairingCreated>>): Promise<void> {
    await this.inbox.once(queue, event, (tx) =>
      this.connections.addPairing(tx, event.tenantId, { ...event.data, createdAt: event.time }),
    );
  }
}
