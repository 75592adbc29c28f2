import { Inject, Injectable } from '@nestjs/common';
import { newMessage, originFollowing, syncMessages, type DataOf, type Message } from '@firmbridge/contracts';
import { Inbox, Outbox } from '@firmbridge/messaging';
import { CLOCK, type Clock } from '@firmbridge/service';
import type { ProviderAdapter } from '../adapter.js';
import { RunWorker } from '../run-worker.js';
import { startRun } from '../runs/start-run.js';
import { ADAPTER } from './sync-settings.js';

type StartRun = Message<DataOf<syncMessages.SyncServiceMessages['startRun']>>;

/**
 * Starts the run a command asks for; while a run of the connection is unfinished, the command changes nothing. Of a
 * disconnected connection nothing is read: that is no failure, but whoever asked finds a problem that says so.
 */
@Injectable()
export class AcceptRun {
  constructor(
    private readonly inbox: Inbox,
    @Inject(ADAPTER) private readonly adapter: ProviderAdapter,
    private readonly worker: RunWorker,
    private readonly outbox: Outbox,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  async execute(queue: string, message: StartRun): Promise<void> {
    await this.inbox.once(queue, message, async (tx) => {
      const outcome = await startRun(tx, this.adapter, message.data, message);
      if (outcome === 'disconnected') await this.outbox.add(tx, [this.notRead(message)]);
      tx.afterCommit(() => this.worker.wake());
    });
  }

  private notRead(message: StartRun) {
    const { service, provider } = this.adapter;
    const { connectionId, runId, mode } = message.data;
    return newMessage(
      syncMessages.problemRaised,
      {
        service,
        code: `${service}.connection_disconnected`,
        message:
          'A run was asked for of a connection that was disconnected: nothing is read. Connect the account again first.',
        provider,
        connectionId,
        resource: null,
        recordId: null,
        runId,
        details: { mode },
      },
      originFollowing(message, service, this.clock()),
    );
  }
}
