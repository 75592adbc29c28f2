import { Injectable } from '@nestjs/common';
import { AppError, entityTypes, type EntityView } from '@firmbridge/contracts';
import type { Tx } from '@firmbridge/database';
import { EntityViewRepository } from '../../persistence/entity-view.repository.js';

/** One entity as people see it. */
@Injectable()
export class FindEntity {
  constructor(private readonly views: EntityViewRepository) {}

  async execute(tx: Tx, tenantId: string, entityId: string): Promise<EntityView> {
    const [entity] = await this.views.search(tx, tenantId, {
      entityTypes,
      text: null,
      entityId,
      after: null,
      limit: 1,
    });
    if (entity !== undefined) return entity;
    throw new AppError('not_found', 'entity.unknown', 'There is no such entity.');
  }
}
