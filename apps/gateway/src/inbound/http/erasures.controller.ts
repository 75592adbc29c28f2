import { Body, Get, Post, Query, Req } from '@nestjs/common';
import { ApiOperation } from '@nestjs/swagger';
import { authMessages } from '@firmbridge/contracts';
import type { Request } from 'express';
import { AskPlatform } from '../../application/ask-platform.js';
import { RequestErasure } from '../../application/request-erasure.js';
import type { Caller as CallerFacts } from '../../domain/caller.js';
import { Access } from './access/access.js';
import { ApiController, Caller, Replies } from './api.decorators.js';
import * as schemas from './erasures.schemas.js';
import { idempotencyKeyOf, TakesIdempotencyKey } from './idempotency-key.js';

@ApiController('Erasures')
export class ErasuresController {
  constructor(
    private readonly platform: AskPlatform,
    private readonly erase: RequestErasure,
  ) {}

  @Post('erasures')
  @Access('erasure.request')
  @ApiOperation({ summary: 'Erase the firm: connections, records, people, keys. Cannot be undone' })
  @TakesIdempotencyKey('erasure')
  @Replies(schemas.acceptedErasure, {
    status: 202,
    description: 'Accepted; refused by auth, as a problem, when the confirmation is not the name of the firm.',
  })
  requestErasure(
    @Body({ schema: schemas.newErasure }) { confirmation }: schemas.NewErasure,
    @Req() request: Request,
    @Caller() caller: CallerFacts,
  ): Promise<schemas.AcceptedErasure> {
    return this.erase.execute(confirmation, idempotencyKeyOf(request), caller);
  }

  @Get('erasures')
  @Access('erasure.request')
  @ApiOperation({ summary: 'Erasures: how far, who is missing, and what still holds something until when' })
  @Replies(schemas.erasureList, { description: 'The newest first. The records stay when the firm is gone.' })
  listErasures(
    @Query({ schema: schemas.erasuresQuery }) question: schemas.ErasuresQuery,
    @Caller() caller: CallerFacts,
  ): Promise<schemas.ErasureList> {
    return this.platform.page(authMessages.getErasures, question, caller);
  }
}
