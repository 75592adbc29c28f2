import { Injectable } from '@nestjs/common';
import { clioWritableNameSchema } from '@firmbridge/clio-api';
import type { DataOf, Message, operationMessages, ReplyOf } from '@firmbridge/contracts';
import { Database } from '@firmbridge/database';
import { ClioRecordSearch } from '../outbound/clio/record-search.js';
import { activeConnection } from './active-connection.js';
import { readDeadlineMs } from './read-record.js';

type Question = typeof operationMessages.clioWriteMessages.findRecords;

/** Records as Clio has them now. */
@Injectable()
export class FindRecords {
  constructor(
    private readonly database: Database,
    private readonly search: ClioRecordSearch,
  ) {}

  async execute({ tenantId, correlationId, actor, data }: Message<DataOf<Question>>): Promise<ReplyOf<Question>> {
    const resource = clioWritableNameSchema.parse(data.resource);
    const connection = await activeConnection(this.database, tenantId, data.connectionId);
    const call = {
      connection,
      resource,
      lane: 'interactive',
      correlationId,
      actor,
      deadlineMs: readDeadlineMs,
    } as const;
    return this.search.find(call, data);
  }
}
