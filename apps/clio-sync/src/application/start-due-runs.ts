import { Inject, Injectable } from '@nestjs/common';
import { Database } from '@firmbridge/database';
import { CONFIG, LOGGER, type Logger } from '@firmbridge/service';
import { startDueRuns } from '@firmbridge/sync-engine';
import type { ClioSyncConfig } from '../config.js';
import { ClioAdapter } from '../outbound/clio/clio.adapter.js';

/** Starts the incremental runs that are due, within polling's share of the budget. */
@Injectable()
export class StartDueRuns {
  constructor(
    private readonly database: Database,
    private readonly adapter: ClioAdapter,
    @Inject(CONFIG) private readonly config: ClioSyncConfig,
    @Inject(LOGGER) private readonly log: Logger,
  ) {}

  execute(): Promise<number> {
    const { perMinute, perHour } = this.config.budget;
    const rates = [perMinute, perHour / 60].filter((rate) => rate > 0);
    return startDueRuns({
      database: this.database,
      adapter: this.adapter,
      intervalSeconds: this.config.pollIntervalSeconds,
      callsPerMinute: rates.length === 0 ? null : Math.min(...rates),
    });
  }

  report(error: unknown): void {
    this.log.error({ err: error }, 'due runs could not be looked up; the next look is in a moment');
  }
}
