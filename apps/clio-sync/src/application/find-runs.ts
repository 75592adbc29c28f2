import { Injectable } from '@nestjs/common';
import type { DataOf, Message, Run, syncMessages } from '@firmbridge/contracts';
import { Database } from '@firmbridge/database';
import { findRuns } from '@firmbridge/sync-engine';

/** Answers where runs stand. */
@Injectable()
export class FindRuns {
  constructor(private readonly database: Database) {}

  async execute(message: Message<DataOf<typeof syncMessages.clioSyncMessages.getRuns>>): Promise<{ runs: Run[] }> {
    return { runs: await this.database.inTenant(message.tenantId, (tx) => findRuns(tx, message.data)) };
  }
}
