import { Get, Param, Query } from '@nestjs/common';
import { ApiOperation } from '@nestjs/swagger';
import { AppError, mappingMessages, type EntityView } from '@firmbridge/contracts';
import { z } from 'zod';
import { AskPlatform } from '../../application/ask-platform.js';
import type { Caller as CallerFacts } from '../../domain/caller.js';
import { Access } from './access/access.js';
import { ApiController, Caller, Replies } from './api.decorators.js';
import * as schemas from './entities.schemas.js';

const { searchEntities, countEntities } = mappingMessages;
const nothingAsked = { entityType: null, text: null, entityId: null, cursor: null };

@ApiController('Entities')
export class EntitiesController {
  constructor(private readonly platform: AskPlatform) {}

  @Get('entities')
  @Access('entities.read')
  @ApiOperation({ summary: 'Search the normalized entities' })
  @Replies(schemas.entityList, { description: 'Newest change first.' })
  listEntities(
    @Query({ schema: schemas.entitiesQuery }) { type, text, limit, cursor }: schemas.EntitiesQuery,
    @Caller() caller: CallerFacts,
  ): Promise<schemas.EntityList> {
    const question = { entityType: type ?? null, text: text ?? null, entityId: null, limit, cursor: cursor ?? null };
    return this.platform.page(searchEntities, question, caller);
  }

  @Get('entities/:entityId')
  @Access('entities.read')
  @ApiOperation({ summary: 'One entity' })
  @Replies(schemas.entity, { description: 'Its state, version and the records it is linked to.' })
  async getEntity(
    @Param('entityId', { schema: z.uuid() }) entityId: string,
    @Caller() caller: CallerFacts,
  ): Promise<EntityView> {
    const { entities } = await this.platform.ask(searchEntities, { ...nothingAsked, entityId, limit: 1 }, caller);
    const [entity] = entities;
    if (entity) return entity;
    throw new AppError('not_found', 'entity.unknown', 'There is no such entity.');
  }

  @Get('entity-counts')
  @Access('entities.read')
  @ApiOperation({ summary: 'How many entities of each type there are' })
  @Replies(schemas.entityCounts, { description: 'One count for each type.' })
  countEntities(@Caller() caller: CallerFacts): Promise<schemas.EntityCounts> {
    return this.platform.ask(countEntities, {}, caller);
  }
}
