import { Inject, Injectable } from '@nestjs/common';
import type { DataOf, mappingMessages, Message } from '@firmbridge/contracts';
import { Inbox, Outbox } from '@firmbridge/messaging';
import { CLOCK, type Clock } from '@firmbridge/service';
import { noteApplied, RunWorker } from '@firmbridge/sync-engine';

/** Counts what mapping has applied; that frees the run to fetch on and completes its resources. */
@Injectable()
export class NoteAppliedPage {
  constructor(
    private readonly inbox: Inbox,
    private readonly outbox: Outbox,
    private readonly worker: RunWorker,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  async execute(queue: string, message: Message<DataOf<typeof mappingMessages.recordsApplied>>): Promise<void> {
    if (message.data.provider !== 'clio') return;
    await this.inbox.once(queue, message, async (tx) => {
      await noteApplied({ tx, outbox: this.outbox, service: 'clio-sync', now: this.clock() }, message.data);
      tx.afterCommit(() => this.worker.wake());
    });
  }
}
