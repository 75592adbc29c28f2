import { Injectable, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { ProviderClient } from '@firmbridge/provider-client';
import { RunWorker, WorkLoop } from '@firmbridge/sync-engine';
import { StartDueRuns } from '../../application/start-due-runs.js';

const lookEveryMs = 1_000;

/** Keeps the page workers and the poll schedule going for as long as the service runs. */
@Injectable()
export class SyncSchedule implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly polling: WorkLoop;

  constructor(
    private readonly worker: RunWorker,
    private readonly client: ProviderClient,
    startDueRuns: StartDueRuns,
  ) {
    this.polling = new WorkLoop({
      concurrency: 1,
      pollMs: lookEveryMs,
      work: async () => {
        await startDueRuns.execute();
        return false;
      },
      onError: (error) => startDueRuns.report(error),
    });
  }

  onApplicationBootstrap(): void {
    this.worker.start();
    this.polling.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await Promise.all([this.worker.stop(), this.polling.stop()]);
    this.client.close();
  }
}
