import { Injectable } from '@nestjs/common';
import type { Connection, Message } from '@firmbridge/contracts';
import { Inbox } from '@firmbridge/messaging';
import { AccessTokens, changeConnectionStatus, establishConnection, WriteWorker } from '@firmbridge/sync-engine';

/** Follows the life of GHL connections: the tasks of one that is not active wait, and go on when it is back. */
@Injectable()
export class KeepConnection {
  constructor(
    private readonly inbox: Inbox,
    private readonly worker: WriteWorker,
    private readonly tokens: AccessTokens,
  ) {}

  async established(queue: string, message: Message<Connection>): Promise<void> {
    if (message.data.provider !== 'ghl') return;
    await this.inbox.once(queue, message, async (tx) => {
      await establishConnection(tx, message);
      tx.afterCommit(() => {
        this.tokens.drop(message.data.connectionId);
        this.worker.wake();
      });
    });
  }

  async ended(
    queue: string,
    message: Message<{ connectionId: string; provider: string }>,
    status: 'reauthorization_required' | 'disconnected',
  ): Promise<void> {
    if (message.data.provider !== 'ghl') return;
    await this.inbox.once(queue, message, async (tx) => {
      await changeConnectionStatus(tx, message.data.connectionId, status, message.time);
      tx.afterCommit(() => this.tokens.drop(message.data.connectionId));
    });
  }
}
