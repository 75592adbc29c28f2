import { Injectable } from '@nestjs/common';
import type { Connection, Message } from '@firmbridge/contracts';
import { Inbox } from '@firmbridge/messaging';
import {
  AccessTokens,
  changeConnectionStatus,
  establishConnection,
  RunWorker,
  startRun,
} from '@firmbridge/sync-engine';
import { ClioAdapter } from '../outbound/clio/clio.adapter.js';

/** Follows the life of Clio connections. A new one is read at once; one that came back goes on where it was parked. */
@Injectable()
export class KeepConnection {
  constructor(
    private readonly inbox: Inbox,
    private readonly adapter: ClioAdapter,
    private readonly worker: RunWorker,
    private readonly tokens: AccessTokens,
  ) {}

  async established(queue: string, message: Message<Connection>): Promise<void> {
    if (message.data.provider !== 'clio') return;
    await this.inbox.once(queue, message, async (tx) => {
      await establishConnection(tx, message);
      const { connectionId } = message.data;
      const runs = await tx.query(`select 1 from run where connection_id = $1 limit 1`, [connectionId]);
      if (runs.length === 0) {
        await startRun(tx, this.adapter, { runId: message.id, connectionId, mode: 'initial', resources: [] }, message);
      }
      tx.afterCommit(() => {
        this.tokens.drop(connectionId);
        this.worker.wake();
      });
    });
  }

  async ended(
    queue: string,
    message: Message<{ connectionId: string; provider: string }>,
    status: 'reauthorization_required' | 'disconnected',
  ): Promise<void> {
    if (message.data.provider !== 'clio') return;
    await this.inbox.once(queue, message, async (tx) => {
      await changeConnectionStatus(tx, message.data.connectionId, status, message.time);
      tx.afterCommit(() => this.tokens.drop(message.data.connectionId));
    });
  }
}
