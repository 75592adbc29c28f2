import { Module, type DynamicModule } from '@nestjs/common';
import { Database } from '@firmbridge/database';
import { Outbox, QueryClient } from '@firmbridge/messaging';
import { ProviderClient } from '@firmbridge/provider-client';
import { PostgresBudgetStore, RateLimiter, type BudgetPolicy } from '@firmbridge/rate-limit';
import { CLOCK, LOGGER, RANDOM, Stages, type Clock, type Logger, type Random } from '@firmbridge/service';
import { AccessTokens, OutboxCallRecorder, RunWorker } from '@firmbridge/sync-engine';
import { AcceptRun } from './application/accept-run.js';
import { FindRuns } from './application/find-runs.js';
import { KeepConnection } from './application/keep-connection.js';
import { NoteAppliedPage } from './application/note-applied-page.js';
import { StartDueRuns } from './application/start-due-runs.js';
import type { ClioSyncConfig } from './config.js';
import { GetRunsHandler } from './inbound/messages/get-runs.handler.js';
import { KeepConnectionsHandler } from './inbound/messages/keep-connections.handler.js';
import { NoteAppliedHandler } from './inbound/messages/note-applied.handler.js';
import { StartRunHandler } from './inbound/messages/start-run.handler.js';
import { SyncSchedule } from './inbound/schedules/sync.schedule.js';
import { ClioAdapter } from './outbound/clio/clio.adapter.js';
import { clioDialect } from './outbound/clio/clio.dialect.js';

const service = 'clio-sync';

/** The windows of the policy that are switched on. */
export function budgetPolicy({ perMinute, perHour }: ClioSyncConfig['budget']): BudgetPolicy {
  const windows = [
    { limit: perMinute, seconds: 60 },
    { limit: perHour, seconds: 3_600 },
  ];
  return { windows: windows.filter((window) => window.limit > 0) };
}

@Module({})
export class ClioSyncModule {
  static forRoot(config: ClioSyncConfig): DynamicModule {
    return {
      module: ClioSyncModule,
      controllers: [StartRunHandler, KeepConnectionsHandler, NoteAppliedHandler, GetRunsHandler],
      providers: [
        AcceptRun,
        FindRuns,
        KeepConnection,
        NoteAppliedPage,
        StartDueRuns,
        SyncSchedule,
        {
          provide: AccessTokens,
          inject: [QueryClient, CLOCK],
          useFactory: (queries: QueryClient, clock: Clock) => new AccessTokens(service, queries, clock),
        },
        {
          provide: ProviderClient,
          inject: [Database, Outbox, CLOCK, RANDOM],
          useFactory: (database: Database, outbox: Outbox, clock: Clock, random: Random) =>
            new ProviderClient({
              dialects: [clioDialect],
              limiter: new RateLimiter({ store: new PostgresBudgetStore(database), clock, random }),
              recorder: new OutboxCallRecorder(service, database, outbox, clock),
              clock,
              random,
            }),
        },
        {
          provide: ClioAdapter,
          inject: [ProviderClient, AccessTokens],
          useFactory: (client: ProviderClient, tokens: AccessTokens) =>
            new ClioAdapter(client, tokens, budgetPolicy(config.budget)),
        },
        {
          provide: RunWorker,
          inject: [Database, Outbox, ClioAdapter, Stages, CLOCK, RANDOM, LOGGER],
          useFactory: (
            database: Database,
            outbox: Outbox,
            adapter: ClioAdapter,
            stages: Stages,
            clock: Clock,
            random: Random,
            log: Logger,
          ) =>
            new RunWorker({
              database,
              outbox,
              adapter,
              stages,
              clock,
              random,
              log,
              concurrency: config.concurrency,
              leaseSeconds: config.leaseSeconds,
              readDeadlineMs: 60_000,
              maxUnapplied: config.maxUnapplied,
              maxAttempts: config.maxAttempts,
              pollMs: 500,
              progressMs: 500,
            }),
        },
      ],
    };
  }
}
