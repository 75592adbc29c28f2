import { Injectable } from '@nestjs/common';
import type { DataOf, mappingMessages, Message, ReplyOf } from '@firmbridge/contracts';
import { Database } from '@firmbridge/database';
import { ReplayRepository } from '../../persistence/replay.repository.js';

type Question = typeof mappingMessages.getReplays;

/** The newest replays of a tenant, or one by its id. Everybody in the tenant may see them. */
@Injectable()
export class FindReplays {
  constructor(
    private readonly database: Database,
    private readonly replays: ReplayRepository,
  ) {}

  async execute({ tenantId, data }: Message<DataOf<Question>>): Promise<ReplyOf<Question>> {
    return { replays: await this.database.inTenant(tenantId, (tx) => this.replays.find(tx, tenantId, data)) };
  }
}
