import { Injectable } from '@nestjs/common';
import type { DataOf, Message, syncMessages } from '@firmbridge/contracts';
import { Inbox } from '@firmbridge/messaging';
import { acceptWrite, WriteWorker } from '@firmbridge/sync-engine';

export const upsertContactKind = 'upsert-contact';

/** Turns the command into a write task and is done: the worker waits for budget, the message does not. */
@Injectable()
export class AcceptContactWrite {
  constructor(
    private readonly inbox: Inbox,
    private readonly worker: WriteWorker,
  ) {}

  async execute(queue: string, message: Message<DataOf<typeof syncMessages.upsertGhlContact>>): Promise<void> {
    const { connectionId, entityId, entityVersion } = message.data;
    await this.inbox.once(queue, message, async (tx) => {
      await acceptWrite(tx, message, {
        kind: upsertContactKind,
        connectionId,
        entityId,
        entityVersion,
        payload: message.data,
      });
      tx.afterCommit(() => this.worker.wake());
    });
  }
}
