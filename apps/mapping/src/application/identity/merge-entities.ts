import { Injectable } from '@nestjs/common';
import type { DataOf, identityMessages, Message, ReplyOf } from '@firmbridge/contracts';
import { Database } from '@firmbridge/database';
import { FindEntity } from './find-entity.js';
import { JoinEntities } from './join-entities.js';

type Question = typeof identityMessages.mergeEntities;

/** Merges one entity into another because a person says so. One that went there before stays as it is: repeating it is harmless. */
@Injectable()
export class MergeEntities {
  constructor(
    private readonly database: Database,
    private readonly join: JoinEntities,
    private readonly find: FindEntity,
  ) {}

  async execute(message: Message<DataOf<Question>>): Promise<ReplyOf<Question>> {
    const { tenantId, data } = message;
    return this.database.inTenant(tenantId, async (tx) => {
      const [absorbed, survivor] = await this.join.lock(tx, tenantId, [data.entityId, data.intoEntityId]);
      if (absorbed.mergedInto !== survivor.entityId) await this.join.execute(tx, message, { absorbed, survivor });
      return { entity: await this.find.execute(tx, tenantId, survivor.entityId) };
    });
  }
}
