import { Injectable } from '@nestjs/common';
import type { DataOf, mappingMessages, Message, ReplyOf } from '@firmbridge/contracts';
import { Database } from '@firmbridge/database';
import { EntityViewRepository } from '../persistence/entity-view.repository.js';

type Question = typeof mappingMessages.countEntities;

/** How many entities of each type a tenant has, without deleted ones. */
@Injectable()
export class CountEntities {
  constructor(
    private readonly database: Database,
    private readonly views: EntityViewRepository,
  ) {}

  async execute({ tenantId }: Message<DataOf<Question>>): Promise<ReplyOf<Question>> {
    return { counts: await this.database.inTenant(tenantId, (tx) => this.views.count(tx, tenantId)) };
  }
}
