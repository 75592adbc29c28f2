import { Inject, Injectable, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { Database } from '@firmbridge/database';
import { callsPerMinute } from '@firmbridge/rate-limit';
import { LOGGER, type Logger } from '@firmbridge/service';
import type { ProviderAdapter } from '../adapter.js';
import { policyOf } from '../budget/budget-rules.js';
import { DeletionWorker } from '../deletions/deletion-worker.js';
import { startDueSweeps } from '../deletions/sweep-schedule.js';
import { WorkLoop } from '../work-loop.js';
import { ADAPTER, SYNC, type SyncSettings } from './sync-settings.js';

const lookEveryMs = 30_000;

/** Looks for sweeps that are due and carries out what was decided about deletions, for as long as the service runs. */
@Injectable()
export class DeletionsSchedule implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly sweeping: WorkLoop;

  constructor(
    private readonly worker: DeletionWorker,
    database: Database,
    @Inject(ADAPTER) adapter: ProviderAdapter,
    @Inject(SYNC) { budget, sweepIntervalSeconds: intervalSeconds }: SyncSettings,
    @Inject(LOGGER) log: Logger,
  ) {
    this.sweeping = new WorkLoop({
      concurrency: 1,
      pollMs: lookEveryMs,
      work: async () => {
        const allowed = callsPerMinute(policyOf(null, budget));
        await startDueSweeps({ database, adapter, intervalSeconds, callsPerMinute: allowed });
        return false;
      },
      onError: (error) => log.error({ err: error }, 'due sweeps could not be looked up; the next look is in a moment'),
    });
  }

  onApplicationBootstrap(): void {
    this.worker.start();
    this.sweeping.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await Promise.all([this.worker.stop(), this.sweeping.stop()]);
  }
}
