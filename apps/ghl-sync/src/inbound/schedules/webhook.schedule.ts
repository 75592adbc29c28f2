import { Inject, Injectable, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { Database } from '@firmbridge/database';
import { CONFIG, LOGGER, type Logger } from '@firmbridge/service';
import { noteListening, sweepDeliveries, WebhookWorker, WorkLoop } from '@firmbridge/sync-engine';
import type { GhlSyncConfig } from '../../config.js';

const hourMs = 3_600_000;
const listenEveryMs = 60_000;
/** Shorter silences are bridged by GoHighLevel's own retries. */
const longestSilenceSeconds = 300;

/** Keeps what was announced read, notices when nobody was there to listen, and bounds what is remembered. */
@Injectable()
export class WebhookSchedule implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly loops: readonly Pick<WorkLoop, 'start' | 'stop'>[];

  constructor(
    worker: WebhookWorker,
    database: Database,
    @Inject(LOGGER) log: Logger,
    @Inject(CONFIG) { webhooks }: GhlSyncConfig,
  ) {
    const every = (pollMs: number, what: string, work: () => Promise<unknown>) =>
      new WorkLoop({
        concurrency: 1,
        pollMs,
        work: async () => {
          await work();
          return false;
        },
        onError: (error) => log.error({ err: error }, `${what}; tried again in a moment`),
      });
    this.loops = [
      worker,
      every(listenEveryMs, 'could not note that somebody listens', () =>
        noteListening(database, longestSilenceSeconds),
      ),
      every(hourMs, 'old deliveries could not be forgotten', () => sweepDeliveries(database, webhooks.keptDays)),
    ];
  }

  onApplicationBootstrap(): void {
    for (const loop of this.loops) loop.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await Promise.all(this.loops.map((loop) => loop.stop()));
  }
}
