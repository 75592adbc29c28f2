import { Inject, Injectable } from '@nestjs/common';
import { Database } from '@firmbridge/database';
import { RANDOM, type Random } from '@firmbridge/service';
import type { ProviderAdapter } from '../adapter.js';
import { startDueRuns } from '../poll-schedule.js';
import { ADAPTER, HOOKS, SYNC, type SyncHooks, type SyncSettings } from './sync-settings.js';

/** Starts the incremental runs that are due, within polling's share of the budget. */
@Injectable()
export class StartDueRuns {
  constructor(
    private readonly database: Database,
    @Inject(ADAPTER) private readonly adapter: ProviderAdapter,
    @Inject(HOOKS) private readonly hooks: SyncHooks,
    @Inject(SYNC) private readonly settings: SyncSettings,
    @Inject(RANDOM) private readonly random: Random,
  ) {}

  execute(): Promise<number> {
    const { database, adapter, random, hooks, settings } = this;
    const { pushed } = hooks;
    return startDueRuns({ database, adapter, random, intervalSeconds: settings.pollIntervalSeconds, pushed });
  }
}
