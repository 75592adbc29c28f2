import { Inject, Injectable } from '@nestjs/common';
import type { DataOf, mappingMessages, Message } from '@firmbridge/contracts';
import { Inbox, Outbox } from '@firmbridge/messaging';
import { CLOCK, type Clock } from '@firmbridge/service';
import { RunWorker } from '../run-worker.js';
import { noteApplied } from '../runs/note-applied.js';
import { SYNC, type SyncSettings } from './sync-settings.js';

/** Counts what mapping has applied; that frees the run to fetch on and completes its resources. */
@Injectable()
export class NoteAppliedPage {
  constructor(
    private readonly inbox: Inbox,
    private readonly outbox: Outbox,
    private readonly worker: RunWorker,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(SYNC) private readonly settings: SyncSettings,
  ) {}

  async execute(queue: string, message: Message<DataOf<typeof mappingMessages.recordsApplied>>): Promise<void> {
    const { provider, service } = this.settings;
    if (message.data.provider !== provider) return;
    await this.inbox.once(queue, message, async (tx) => {
      await noteApplied({ tx, outbox: this.outbox, service, now: this.clock() }, message.data);
      tx.afterCommit(() => this.worker.wake());
    });
  }
}
