import { Injectable } from '@nestjs/common';
import type { DataOf, identityMessages, Message, ReplyOf } from '@firmbridge/contracts';
import { Database } from '@firmbridge/database';
import { FindEntity } from './find-entity.js';
import { SplitOff } from './split-off.js';

type Question = typeof identityMessages.splitEntity;

/** Splits a record off its entity because a person says so. */
@Injectable()
export class SplitEntity {
  constructor(
    private readonly database: Database,
    private readonly splitOff: SplitOff,
    private readonly find: FindEntity,
  ) {}

  async execute(message: Message<DataOf<Question>>): Promise<ReplyOf<Question>> {
    const { tenantId } = message;
    return this.database.inTenant(tenantId, async (tx) => {
      const entityId = await this.splitOff.execute(tx, message);
      return { entity: await this.find.execute(tx, tenantId, entityId) };
    });
  }
}
