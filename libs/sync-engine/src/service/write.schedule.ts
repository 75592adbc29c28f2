import { Inject, Injectable, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { Database } from '@firmbridge/database';
import { LOGGER, type Logger } from '@firmbridge/service';
import { sweepRuns } from '../runs/sweep-runs.js';
import { WorkLoop } from '../work-loop.js';
import { sweepWrites } from '../writes/sweep-writes.js';
import { WriteWorker } from '../writes/write-worker.js';

const sweepEveryMs = 3_600_000;

/** Keeps the write workers going for as long as the service runs, and forgets what is over. */
@Injectable()
export class WriteSchedule implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly sweeping: WorkLoop;

  constructor(
    private readonly worker: WriteWorker,
    database: Database,
    @Inject(LOGGER) log: Logger,
  ) {
    this.sweeping = new WorkLoop({
      concurrency: 1,
      pollMs: sweepEveryMs,
      work: async () => {
        await sweepWrites(database);
        await sweepRuns(database);
        return false;
      },
      onError: (error) =>
        log.error({ err: error }, 'old writes and runs could not be forgotten; tried again in an hour'),
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
