import { Inject, Injectable } from '@nestjs/common';
import type { DataOf, Message, syncMessages } from '@firmbridge/contracts';
import { Inbox } from '@firmbridge/messaging';
import { LOGGER, type Logger } from '@firmbridge/service';
import { acceptWrite, WriteWorker } from '@firmbridge/sync-engine';

export const upsertContactKind = 'upsert-contact';

/**
 * Turns the command into a write task and is done: the worker waits for budget, the message does not. What still comes for a
 * disconnected connection is dropped with a log line; mapping sends nothing more once it has heard of it, too.
 */
@Injectable()
export class AcceptContactWrite {
  constructor(
    private readonly inbox: Inbox,
    private readonly worker: WriteWorker,
    @Inject(LOGGER) private readonly log: Logger,
  ) {}

  async execute(queue: string, message: Message<DataOf<typeof syncMessages.upsertGhlContact>>): Promise<void> {
    const { connectionId, entityId, entityVersion } = message.data;
    await this.inbox.once(queue, message, async (tx) => {
      const outcome = await acceptWrite(tx, 'ghl-sync', message, {
        kind: upsertContactKind,
        connectionId,
        entityId,
        entityVersion,
        payload: message.data,
      });
      if (outcome === 'disconnected')
        this.log.info({ connectionId, entityId }, 'a write for a disconnected connection');
      tx.afterCommit(() => this.worker.wake());
    });
  }
}
