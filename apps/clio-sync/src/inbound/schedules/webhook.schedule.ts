import { Inject, Injectable, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { CONFIG, LOGGER, type Logger } from '@firmbridge/service';
import { WebhookWorker, WorkLoop } from '@firmbridge/sync-engine';
import { ForgetWebhooks } from '../../application/webhooks/forget-webhooks.js';
import { KeepSubscriptions } from '../../application/webhooks/keep-subscriptions.js';
import type { ClioSyncConfig } from '../../config.js';

const hourMs = 3_600_000;

/** Keeps what was announced fetched, subscriptions alive and memory bounded for as long as the service runs. */
@Injectable()
export class WebhookSchedule implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly loops: readonly Pick<WorkLoop, 'start' | 'stop'>[];

  constructor(
    worker: WebhookWorker,
    private readonly keep: KeepSubscriptions,
    forget: ForgetWebhooks,
    @Inject(LOGGER) log: Logger,
    @Inject(CONFIG) config: ClioSyncConfig,
  ) {
    const onError = (what: string) => (error: unknown) => log.error({ err: error }, `${what}; tried again in a moment`);
    const keeping = new WorkLoop({
      concurrency: 2,
      pollMs: 500,
      work: (signal) => keep.execute(signal),
      onError: onError('webhooks could not be looked after'),
    });
    const forgetting = new WorkLoop({
      concurrency: 1,
      pollMs: hourMs,
      work: async () => {
        await forget.execute();
        return false;
      },
      onError: onError('old deliveries could not be forgotten'),
    });
    this.loops = [worker, forgetting, ...(config.webhooks.base === null ? [] : [keeping])];
  }

  async onApplicationBootstrap(): Promise<void> {
    await this.keep.begin();
    for (const loop of this.loops) loop.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await Promise.all(this.loops.map((loop) => loop.stop()));
  }
}
