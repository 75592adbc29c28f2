import {
  Inject,
  Injectable,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
} from '@nestjs/common';
import { ProviderClient } from '@firmbridge/provider-client';
import { LOGGER, type Logger } from '@firmbridge/service';
import { RunWorker } from '../run-worker.js';
import { WorkLoop } from '../work-loop.js';
import { StartDueRuns } from './start-due-runs.js';

const lookEveryMs = 1_000;

/** Keeps the page workers and the poll schedule going for as long as the service runs. */
@Injectable()
export class SyncSchedule implements OnApplicationBootstrap, BeforeApplicationShutdown, OnApplicationShutdown {
  private readonly polling: WorkLoop;

  constructor(
    private readonly worker: RunWorker,
    private readonly client: ProviderClient,
    startDueRuns: StartDueRuns,
    @Inject(LOGGER) log: Logger,
  ) {
    this.polling = new WorkLoop({
      concurrency: 1,
      pollMs: lookEveryMs,
      work: async () => {
        await startDueRuns.execute();
        return false;
      },
      onError: (error) => log.error({ err: error }, 'due runs could not be looked up; the next look is in a moment'),
    });
  }

  onApplicationBootstrap(): void {
    this.worker.start();
    this.polling.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await Promise.all([this.worker.stop(), this.polling.stop()]);
  }

  /** Once nobody calls any more. */
  onApplicationShutdown(): void {
    this.client.close();
  }
}
