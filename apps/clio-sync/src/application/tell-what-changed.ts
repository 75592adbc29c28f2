import { etagOf } from '@firmbridge/clio-api';
import type { OperationProblem } from '@firmbridge/contracts';
import { Database } from '@firmbridge/database';
import { recordAt, type ClaimedWrite } from '@firmbridge/sync-engine';
import { Injectable } from '@nestjs/common';
import { changedFields } from '../domain/changed-fields.js';

/** Answers a stale change with what the record is now and, as far as the version it was meant for is known, what changed since. */
@Injectable()
export class TellWhatChanged {
  constructor(private readonly database: Database) {}

  async execute(
    write: ClaimedWrite,
    etag: string,
    current: Readonly<Record<string, unknown>>,
  ): Promise<OperationProblem> {
    const { tenantId, connectionId } = write.connection;
    const meant = { connectionId, resource: write.request?.resource ?? '', recordId: write.recordId ?? '', etag };
    const before = await this.database.inTenant(tenantId, (tx) => recordAt(tx, meant));
    const changed = before === null ? null : changedFields(before, current);
    const fields = changed?.map(({ field }) => field).join(', ');
    const what =
      changed === null
        ? 'What it was then is not known any more.'
        : changed.length === 0
          ? 'Nothing that can be read differs.'
          : `Changed since: ${fields}.`;
    const details = { etag: etagOf(current), changed };
    const message = `The record in Clio is no longer the one that the change was made for. ${what}`;
    return { kind: 'precondition_failed', code: 'clio.precondition_failed', message, retryAfterMs: null, details };
  }
}
