import type { Provider } from '@nestjs/common';
import { clioWritableNames } from '@firmbridge/clio-api';
import { Database } from '@firmbridge/database';
import { Outbox } from '@firmbridge/messaging';
import { ProviderClient } from '@firmbridge/provider-client';
import { CLOCK, LOGGER, RANDOM, type Clock, type Logger, type Random } from '@firmbridge/service';
import { AccessTokens, WriteWorker } from '@firmbridge/sync-engine';
import { AcceptRecordWrite } from './application/accept-record-write.js';
import { FindRecords } from './application/find-records.js';
import { Operations } from './application/operations.js';
import { ReadRecord } from './application/read-record.js';
import { TellWhatChanged } from './application/tell-what-changed.js';
import type { ClioSyncConfig } from './config.js';
import { RecordsHandler } from './inbound/messages/records.handler.js';
import { WriteRecordHandler } from './inbound/messages/write-record.handler.js';
import { ClioRecords } from './outbound/clio/clio-records.js';
import { ClioRecordSearch } from './outbound/clio/record-search.js';
import { ClioRecordWriter, kindOf } from './outbound/clio/record-writer.js';

export const writeControllers = [WriteRecordHandler, RecordsHandler];

/** What reads and writes single records in Clio. */
export function writeProviders({ budget, writes }: ClioSyncConfig): Provider[] {
  return [
    AcceptRecordWrite,
    FindRecords,
    Operations,
    ReadRecord,
    TellWhatChanged,
    {
      provide: ClioRecords,
      inject: [ProviderClient, AccessTokens],
      useFactory: (client: ProviderClient, tokens: AccessTokens) => new ClioRecords(client, tokens, budget),
    },
    {
      provide: ClioRecordSearch,
      inject: [ClioRecords],
      useFactory: (records: ClioRecords) => new ClioRecordSearch(records),
    },
    {
      provide: WriteWorker,
      inject: [Database, Outbox, ClioRecords, TellWhatChanged, CLOCK, RANDOM, LOGGER],
      useFactory: (
        database: Database,
        outbox: Outbox,
        records: ClioRecords,
        changes: TellWhatChanged,
        clock: Clock,
        random: Random,
        log: Logger,
      ) =>
        new WriteWorker({
          ...writes,
          database,
          outbox,
          service: 'clio-sync',
          executors: new Map(
            clioWritableNames.map((name) => [
              kindOf(name),
              new ClioRecordWriter(name, records, (write, etag, current) => changes.execute(write, etag, current)),
            ]),
          ),
          clock,
          random,
          log,
          pollMs: 1_000,
        }),
    },
  ];
}
