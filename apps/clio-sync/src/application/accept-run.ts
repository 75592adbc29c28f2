import { Injectable } from '@nestjs/common';
import type { DataOf, Message, syncMessages } from '@firmbridge/contracts';
import { Inbox } from '@firmbridge/messaging';
import { RunWorker, startRun } from '@firmbridge/sync-engine';
import { ClioAdapter } from '../outbound/clio/clio.adapter.js';

/** Starts the run a command asks for; while a run of the connection is unfinished, the command changes nothing. */
@Injectable()
export class AcceptRun {
  constructor(
    private readonly inbox: Inbox,
    private readonly adapter: ClioAdapter,
    private readonly worker: RunWorker,
  ) {}

  async execute(queue: string, message: Message<DataOf<typeof syncMessages.clioSyncMessages.startRun>>): Promise<void> {
    await this.inbox.once(queue, message, async (tx) => {
      await startRun(tx, this.adapter, message.data, message);
      tx.afterCommit(() => this.worker.wake());
    });
  }
}
