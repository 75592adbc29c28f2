import { Module, type DynamicModule } from '@nestjs/common';
import { Database } from '@firmbridge/database';
import { Outbox, QueryClient } from '@firmbridge/messaging';
import { ProviderClient } from '@firmbridge/provider-client';
import { PostgresBudgetStore, RateLimiter, type BudgetPolicy } from '@firmbridge/rate-limit';
import { CLOCK, LOGGER, RANDOM, type Clock, type Logger, type Random } from '@firmbridge/service';
import { AccessTokens, OutboxCallRecorder, WriteWorker } from '@firmbridge/sync-engine';
import { AcceptContactWrite, upsertContactKind } from './application/accept-contact-write.js';
import { KeepConnection } from './application/keep-connection.js';
import type { GhlSyncConfig } from './config.js';
import { KeepConnectionsHandler } from './inbound/messages/keep-connections.handler.js';
import { UpsertContactHandler } from './inbound/messages/upsert-contact.handler.js';
import { WriteSchedule } from './inbound/schedules/write.schedule.js';
import { ContactWriter } from './outbound/ghl/contact-writer.js';
import { ghlDialect } from './outbound/ghl/ghl.dialect.js';

const service = 'ghl-sync';

function budgetPolicy({ per10Seconds, perDay }: GhlSyncConfig['budget']): BudgetPolicy {
  const windows = [
    { limit: per10Seconds, seconds: 10 },
    { limit: perDay, seconds: 86_400 },
  ];
  return { windows: windows.filter((window) => window.limit > 0) };
}

@Module({})
export class GhlSyncModule {
  static forRoot(config: GhlSyncConfig): DynamicModule {
    return {
      module: GhlSyncModule,
      controllers: [KeepConnectionsHandler, UpsertContactHandler],
      providers: [
        AcceptContactWrite,
        KeepConnection,
        WriteSchedule,
        {
          provide: AccessTokens,
          inject: [QueryClient, CLOCK],
          useFactory: (queries: QueryClient, clock: Clock) => new AccessTokens(service, queries, clock),
        },
        {
          provide: ProviderClient,
          inject: [Database, Outbox, CLOCK, RANDOM],
          useFactory: (database: Database, outbox: Outbox, clock: Clock, random: Random) => {
            const limiter = new RateLimiter({ store: new PostgresBudgetStore(database), clock, random });
            const recorder = new OutboxCallRecorder(service, database, outbox, clock);
            return new ProviderClient({ dialects: [ghlDialect], limiter, recorder, clock, random });
          },
        },
        {
          provide: ContactWriter,
          inject: [ProviderClient, AccessTokens],
          useFactory: (client: ProviderClient, tokens: AccessTokens) =>
            new ContactWriter(client, tokens, budgetPolicy(config.budget)),
        },
        {
          provide: WriteWorker,
          inject: [Database, Outbox, ContactWriter, CLOCK, RANDOM, LOGGER],
          useFactory: (
            database: Database,
            outbox: Outbox,
            writer: ContactWriter,
            clock: Clock,
            random: Random,
            log: Logger,
          ) =>
            new WriteWorker({
              ...config.writes,
              database,
              outbox,
              service,
              executors: new Map([[upsertContactKind, writer]]),
              clock,
              random,
              log,
              pollMs: 1_000,
            }),
        },
      ],
    };
  }
}
