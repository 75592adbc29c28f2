import { Body, Get, HttpCode, Param, Post, Put, Query } from '@nestjs/common';
import { ApiOperation } from '@nestjs/swagger';
import { identityMessages, type EntityView, type MatchReview, type MatchThresholds } from '@firmbridge/contracts';
import { z } from 'zod';
import { AskPlatform } from '../../application/ask-platform.js';
import type { Caller as CallerFacts } from '../../domain/caller.js';
import { Access } from './access/access.js';
import { ApiController, Caller, Replies } from './api.decorators.js';
import * as entities from './entities.schemas.js';
import * as schemas from './identity.schemas.js';

const { findMatchReviews, decideMatch, mergeEntities, splitEntity, getMatchThresholds, setMatchThresholds } =
  identityMessages;
const id = { schema: z.uuid() };

@ApiController('Identity')
export class IdentityController {
  constructor(private readonly platform: AskPlatform) {}

  @Get('match-reviews')
  @Access('entities.read')
  @ApiOperation({ summary: 'Pairs of contacts that may be the same' })
  @Replies(schemas.matchReviewList, { description: 'The likeliest first, and how many wait in all.' })
  listMatchReviews(
    @Query({ schema: schemas.matchReviewsQuery }) query: schemas.MatchReviewsQuery,
    @Caller() caller: CallerFacts,
  ): Promise<schemas.MatchReviewList> {
    return this.platform.page(findMatchReviews, query, caller);
  }

  @Post('match-reviews/:reviewId/decide')
  @HttpCode(200)
  @Access('identity.decide')
  @ApiOperation({ summary: 'Say whether two contacts are the same' })
  @Replies(schemas.matchReview, { description: 'The pair, decided. `different` is not asked again.' })
  async decideMatch(
    @Param('reviewId', id) reviewId: string,
    @Body({ schema: schemas.matchDecision }) { decision }: schemas.MatchDecision,
    @Caller() caller: CallerFacts,
  ): Promise<MatchReview> {
    return (await this.platform.ask(decideMatch, { reviewId, decision }, caller)).review;
  }

  @Post('entities/:entityId/merge')
  @HttpCode(200)
  @Access('identity.decide')
  @ApiOperation({ summary: 'Make an entity one with another' })
  @Replies(entities.entity, { description: 'The one that stays. The other one answers where it went.' })
  async mergeEntity(
    @Param('entityId', id) entityId: string,
    @Body({ schema: schemas.merge }) { intoEntityId }: schemas.Merge,
    @Caller() caller: CallerFacts,
  ): Promise<EntityView> {
    return (await this.platform.ask(mergeEntities, { entityId, intoEntityId }, caller)).entity;
  }

  @Post('entities/:entityId/split')
  @HttpCode(200)
  @Access('identity.decide')
  @ApiOperation({ summary: 'Give a record of an entity an entity of its own' })
  @Replies(entities.entity, {
    description: 'The one that the record is now: the one it was before a merge, else a new one.',
  })
  async splitEntity(
    @Param('entityId', id) entityId: string,
    @Body({ schema: schemas.split }) record: schemas.Split,
    @Caller() caller: CallerFacts,
  ): Promise<EntityView> {
    return (await this.platform.ask(splitEntity, { entityId, ...record }, caller)).entity;
  }

  @Get('pairings/:pairingId/match-thresholds')
  @Access('connections.read')
  @ApiOperation({ summary: 'How certain it must be that two contacts are the same' })
  @Replies(schemas.thresholds, { description: 'Of this pairing.' })
  getMatchThresholds(
    @Param('pairingId', id) pairingId: string,
    @Caller() caller: CallerFacts,
  ): Promise<MatchThresholds> {
    return this.platform.ask(getMatchThresholds, { pairingId }, caller);
  }

  @Put('pairings/:pairingId/match-thresholds')
  @Access('settings.manage')
  @ApiOperation({ summary: 'Set how certain it must be' })
  @Replies(schemas.thresholds, { description: 'They hold for what is matched from now on.' })
  setMatchThresholds(
    @Param('pairingId', id) pairingId: string,
    @Body({ schema: schemas.newThresholds }) wish: schemas.NewThresholds,
    @Caller() caller: CallerFacts,
  ): Promise<MatchThresholds> {
    return this.platform.ask(setMatchThresholds, { pairingId, ...wish }, caller);
  }
}
