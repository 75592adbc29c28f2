import { Module, type DynamicModule, type Provider } from '@nestjs/common';
import { Database } from '@firmbridge/database';
import { Outbox } from '@firmbridge/messaging';
import { ProviderClient } from '@firmbridge/provider-client';
import { CLOCK, LOGGER, RANDOM, type Clock, type Logger, type Random } from '@firmbridge/service';
import {
  AccessTokens,
  syncControllers,
  syncProviders,
  WriteWorker,
  type SyncSettings,
  type WriteExecutor,
} from '@firmbridge/sync-engine';
import { AcceptContactWrite, upsertContactKind } from './application/accept-contact-write.js';
import { AcceptRecordWrite } from './application/accept-record-write.js';
import type { GhlSyncConfig } from './config.js';
import { GetWebhooksHandler } from './inbound/messages/get-webhooks.handler.js';
import { UpsertContactHandler } from './inbound/messages/upsert-contact.handler.js';
import { WriteRecordHandler } from './inbound/messages/write-record.handler.js';
import { ContactWriter } from './outbound/ghl/contact-writer.js';
import { GhlAdapter } from './outbound/ghl/ghl.adapter.js';
import { GhlCalls } from './outbound/ghl/ghl-calls.js';
import { ghlDialect } from './outbound/ghl/ghl.dialect.js';
import { GhlRecordWriter, ghlWritableSchema, kindOf } from './outbound/ghl/record-writer.js';
import { webhookProviders } from './webhook.providers.js';

@Module({})
export class GhlSyncModule {
  static forRoot(config: GhlSyncConfig): DynamicModule {
    const settings: SyncSettings = { ...config, provider: 'ghl', service: 'ghl-sync' };
    const callsOf = (client: ProviderClient, tokens: AccessTokens) => new GhlCalls(client, tokens, config.budget);
    return {
      module: GhlSyncModule,
      controllers: [...syncControllers(settings), UpsertContactHandler, WriteRecordHandler, GetWebhooksHandler],
      providers: [
        ...syncProviders({
          settings,
          dialect: ghlDialect,
          adapter: (client, tokens, clock) => new GhlAdapter(callsOf(client, tokens), clock),
        }),
        { provide: GhlCalls, inject: [ProviderClient, AccessTokens], useFactory: callsOf },
        AcceptContactWrite,
        AcceptRecordWrite,
        writeWorker(config),
        ...webhookProviders(config),
      ],
    };
  }
}

function writeWorker({ writes }: GhlSyncConfig): Provider {
  return {
    provide: WriteWorker,
    inject: [Database, Outbox, GhlCalls, CLOCK, RANDOM, LOGGER],
    useFactory: (database: Database, outbox: Outbox, calls: GhlCalls, clock: Clock, random: Random, log: Logger) =>
      new WriteWorker({
        ...writes,
        ...{ database, outbox, clock, random, log },
        service: 'ghl-sync',
        executors: executorsOf(calls),
        pollMs: 1_000,
      }),
  };
}

function executorsOf(calls: GhlCalls): ReadonlyMap<string, WriteExecutor> {
  const records = ghlWritableSchema.options.map((name) => [kindOf(name), new GhlRecordWriter(name, calls)] as const);
  return new Map<string, WriteExecutor>([[upsertContactKind, new ContactWriter(calls)], ...records]);
}
