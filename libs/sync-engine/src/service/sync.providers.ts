import type { Provider, Type } from '@nestjs/common';
import { Registry } from 'prom-client';
import { Database } from '@firmbridge/database';
import { Inbox, Outbox, QueryClient } from '@firmbridge/messaging';
import { ProviderClient, type ProviderDialect } from '@firmbridge/provider-client';
import { PostgresBudgetStore, RateLimiter } from '@firmbridge/rate-limit';
import { CLOCK, LOGGER, RANDOM, Stages, type Clock, type Logger, type Random } from '@firmbridge/service';
import { AccessTokens } from '../access-tokens.js';
import type { ProviderAdapter } from '../adapter.js';
import { BudgetMetrics } from '../budget/budget.metrics.js';
import { ConnectionBudgets } from '../budget/connection-budgets.js';
import { OutboxCallRecorder } from '../call-recorder.js';
import { ConnectionKeeper } from '../connection-keeper.js';
import { DeletionWorker } from '../deletions/deletion-worker.js';
import { RunWorker } from '../run-worker.js';
import { WriteWorker } from '../writes/write-worker.js';
import { AcceptRun } from './accept-run.js';
import { BeginReading } from './begin-reading.js';
import { connectionsController } from './connection.controller.js';
import { ControlRun } from './control-run.js';
import { DecideDeletions } from './decide-deletions.js';
import { DeletionsSchedule } from './deletions.schedule.js';
import { FindFreshness } from './find-freshness.js';
import { NoteAppliedPage } from './note-applied-page.js';
import { budgetController, deletionsController, runController } from './run.controllers.js';
import { StartDueRuns } from './start-due-runs.js';
import { SyncSchedule } from './sync.schedule.js';
import { ADAPTER, HOOKS, SYNC, type SyncHooks, type SyncSettings } from './sync-settings.js';
import { WriteSchedule } from './write.schedule.js';

export interface SyncServiceOptions {
  readonly settings: SyncSettings;
  readonly dialect: ProviderDialect;
  readonly adapter: (client: ProviderClient, tokens: AccessTokens, clock: Clock) => ProviderAdapter;
}

/** The doors of a sync service that are the same for every provider. */
export function syncControllers({ provider }: Pick<SyncSettings, 'provider'>): Type[] {
  return [runController, deletionsController, budgetController, connectionsController].map((door) => door(provider));
}

/** All of a sync service but what its provider brings: that provides `HOOKS` and `WriteWorker`. */
export function syncProviders({ settings, dialect, adapter }: SyncServiceOptions): Provider[] {
  return [
    AcceptRun,
    BeginReading,
    ControlRun,
    DecideDeletions,
    FindFreshness,
    NoteAppliedPage,
    DeletionsSchedule,
    StartDueRuns,
    SyncSchedule,
    WriteSchedule,
    { provide: SYNC, useValue: settings },
    { provide: ADAPTER, inject: [ProviderClient, AccessTokens, CLOCK], useFactory: adapter },
    ...callProviders(settings, dialect),
    {
      provide: BudgetMetrics,
      inject: [Registry, Database, CLOCK],
      useFactory: (registry: Registry, database: Database, clock: Clock) =>
        new BudgetMetrics(registry, database, { provider: settings.provider, rules: settings.budget, clock }),
    },
    runWorker(settings),
    connectionKeeper(settings),
    {
      provide: DeletionWorker,
      inject: [Database, Outbox, CLOCK, LOGGER],
      useFactory: (database: Database, outbox: Outbox, clock: Clock, log: Logger) =>
        new DeletionWorker({ database, outbox, service: settings.service, clock, log, pollMs: 5_000 }),
    },
  ];
}

/** The way to the provider: tokens, budgets and a record of each call. */
function callProviders({ provider, service, budget }: SyncSettings, dialect: ProviderDialect): Provider[] {
  return [
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
          dialects: [dialect],
          limiter: new RateLimiter({ store: new PostgresBudgetStore(database), clock, random }),
          recorder: new OutboxCallRecorder(service, database, outbox, clock),
          clock,
          random,
        }),
    },
    {
      provide: ConnectionBudgets,
      inject: [Database, CLOCK],
      useFactory: (database: Database, clock: Clock) =>
        new ConnectionBudgets({ provider, database, store: new PostgresBudgetStore(database), rules: budget, clock }),
    },
  ];
}

function runWorker({ concurrency, leaseSeconds, maxUnapplied, maxAttempts }: SyncSettings): Provider {
  return {
    provide: RunWorker,
    inject: [Database, Outbox, ADAPTER, HOOKS, Stages, CLOCK, RANDOM, LOGGER],
    useFactory: (
      database: Database,
      outbox: Outbox,
      adapter: ProviderAdapter,
      { noteChanged }: SyncHooks,
      stages: Stages,
      clock: Clock,
      random: Random,
      log: Logger,
    ) =>
      new RunWorker({
        ...{ database, outbox, adapter, stages, clock, random, log, noteChanged },
        ...{ concurrency, leaseSeconds, maxUnapplied, maxAttempts },
        readDeadlineMs: 60_000,
        pollMs: 500,
        progressMs: 500,
      }),
  };
}

function connectionKeeper({ provider, service }: SyncSettings): Provider {
  return {
    provide: ConnectionKeeper,
    inject: [Database, Inbox, Outbox, AccessTokens, RunWorker, WriteWorker, BeginReading, HOOKS, CLOCK, LOGGER],
    useFactory: (
      database: Database,
      inbox: Inbox,
      outbox: Outbox,
      tokens: AccessTokens,
      runs: RunWorker,
      writes: WriteWorker,
      beginReading: BeginReading,
      { onStopping }: SyncHooks,
      clock: Clock,
      log: Logger,
    ) =>
      new ConnectionKeeper({
        ...{ provider, service, database, inbox, outbox, tokens, clock, log },
        wake: () => {
          runs.wake();
          writes.wake();
        },
        onEstablished: (tx, message) => beginReading.execute(tx, message),
        ...(onStopping && { onStopping: ({ tenantId, data }) => onStopping(tenantId, data.connectionId) }),
      }),
  };
}
