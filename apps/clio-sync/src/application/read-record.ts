import { Injectable } from '@nestjs/common';
import { clioWritableNameSchema, clioWrites, etagOf } from '@firmbridge/clio-api';
import type { DataOf, Message, operationMessages, ReplyOf } from '@firmbridge/contracts';
import { Database } from '@firmbridge/database';
import { keepShownRecord } from '@firmbridge/sync-engine';
import { ClioRecords } from '../outbound/clio/clio-records.js';
import { activeConnection } from './active-connection.js';

type Question = typeof operationMessages.clioWriteMessages.readRecord;

/** Whoever asks waits no longer. */
export const readDeadlineMs = 9_000;

/** One record as Clio has it now. What was shown is kept for a while, so that a change of it can be told what came in between. */
@Injectable()
export class ReadRecord {
  constructor(
    private readonly database: Database,
    private readonly records: ClioRecords,
  ) {}

  async execute({ tenantId, correlationId, actor, data }: Message<DataOf<Question>>): Promise<ReplyOf<Question>> {
    const { connectionId, recordId } = data;
    const resource = clioWritableNameSchema.parse(data.resource);
    const connection = await activeConnection(this.database, tenantId, connectionId);
    const call = {
      connection,
      resource,
      lane: 'interactive',
      correlationId,
      actor,
      deadlineMs: readDeadlineMs,
    } as const;
    const record = await this.records.show(call, recordId, clioWrites[resource].editFields);
    const etag = etagOf(record);
    if (etag !== null) {
      const shown = { connectionId, resource, recordId, etag };
      await this.database.inTenant(tenantId, (tx) => keepShownRecord(tx, tenantId, shown, record));
    }
    return { record, etag };
  }
}
