import { Inject, Injectable } from '@nestjs/common';
import type { Message, Run } from '@firmbridge/contracts';
import { Database } from '@firmbridge/database';
import { Outbox } from '@firmbridge/messaging';
import { CLOCK, type Clock } from '@firmbridge/service';
import { RunWorker } from '../run-worker.js';
import type { Work } from '../work.js';
import { SYNC, type SyncSettings } from './sync-settings.js';

/** Carries out what a person decided about a run, and answers where it stands then. */
@Injectable()
export class ControlRun {
  constructor(
    private readonly database: Database,
    private readonly outbox: Outbox,
    private readonly worker: RunWorker,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(SYNC) private readonly settings: SyncSettings,
  ) {}

  async execute({ tenantId }: Message, decide: (work: Work) => Promise<Run>): Promise<{ run: Run }> {
    const run = await this.database.inTenant(tenantId, (tx) => {
      tx.afterCommit(() => this.worker.wake());
      return decide({ tx, outbox: this.outbox, service: this.settings.service, now: this.clock() });
    });
    return { run };
  }
}
