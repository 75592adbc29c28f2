import { Inject, Injectable } from '@nestjs/common';
import type { Connection, Message } from '@firmbridge/contracts';
import type { Tx } from '@firmbridge/database';
import type { ProviderAdapter } from '../adapter.js';
import { startRun } from '../runs/start-run.js';
import { ADAPTER, HOOKS, type SyncHooks } from './sync-settings.js';

/** A new connection is read at once. One that came back goes on where it was parked, and its catch-up is due. */
@Injectable()
export class BeginReading {
  constructor(
    @Inject(ADAPTER) private readonly adapter: ProviderAdapter,
    @Inject(HOOKS) private readonly hooks: SyncHooks,
  ) {}

  async execute(tx: Tx, message: Message<Connection>): Promise<void> {
    const { connectionId } = message.data;
    await this.hooks.onEstablished?.(tx, message);
    const runs = await tx.query(
      `select 1 from run where tenant_id = (select this_tenant()) and connection_id = $1 limit 1`,
      [connectionId],
    );
    if (runs.length > 0) return;
    await startRun(tx, this.adapter, { runId: message.id, connectionId, mode: 'initial', resources: [] }, message);
  }
}
