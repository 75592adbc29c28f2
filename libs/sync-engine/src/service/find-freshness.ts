import { Inject, Injectable } from '@nestjs/common';
import { AppError, type DataOf, type Message, type ReplyOf, type syncMessages } from '@firmbridge/contracts';
import { Database } from '@firmbridge/database';
import type { ProviderAdapter } from '../adapter.js';
import { statusOfConnection } from '../connections.js';
import { findFreshness } from '../schedule/freshness.js';
import { ADAPTER, HOOKS, SYNC, type SyncHooks, type SyncSettings } from './sync-settings.js';

type Question = syncMessages.SyncServiceMessages['getFreshness'];

/** Answers how fresh what is known of an account is. */
@Injectable()
export class FindFreshness {
  constructor(
    private readonly database: Database,
    @Inject(ADAPTER) private readonly adapter: ProviderAdapter,
    @Inject(HOOKS) private readonly hooks: SyncHooks,
    @Inject(SYNC) private readonly settings: SyncSettings,
  ) {}

  async execute({ tenantId, data: { connectionId } }: Message<DataOf<Question>>): Promise<ReplyOf<Question>> {
    const { adapter, hooks, settings } = this;
    const options = { adapter, intervalSeconds: settings.pollIntervalSeconds, pushed: hooks.pushed };
    const resources = await this.database.inTenant(tenantId, async (tx) => {
      if ((await statusOfConnection(tx, connectionId)) === null) throw connectionUnknown(settings);
      return findFreshness(tx, options, connectionId);
    });
    return { resources };
  }
}

function connectionUnknown({ provider }: SyncSettings): AppError {
  return new AppError(
    'not_found',
    'connection.unknown',
    `There is no such connection to ${provider}, or it was made a moment ago.`,
  );
}
