import { Body, Get, Param, Post, Query, Res } from '@nestjs/common';
import { ApiOperation } from '@nestjs/swagger';
import { AppError, mappingMessages, type Replay } from '@firmbridge/contracts';
import type { Response } from 'express';
import { z } from 'zod';
import { AskPlatform } from '../../application/ask-platform.js';
import { StartReplay } from '../../application/start-replay.js';
import type { Caller as CallerFacts } from '../../domain/caller.js';
import { Access } from './access/access.js';
import { ApiController, Caller, Replies } from './api.decorators.js';
import { idempotencyKeyOf, TakesIdempotencyKey } from './idempotency-key.js';
import * as schemas from './replays.schemas.js';

const { getReplays, cancelReplay } = mappingMessages;

@ApiController('Replays')
export class ReplaysController {
  constructor(
    private readonly platform: AskPlatform,
    private readonly start: StartReplay,
  ) {}

  @Post('replays')
  @Access('replays.start')
  @ApiOperation({ summary: 'Tell one subscriber the current state of entities again' })
  @TakesIdempotencyKey('replay')
  @Replies(schemas.acceptedReplay, {
    status: 202,
    description: 'Accepted; follow the replay at `Location`.',
    headers: { Location: { description: 'The replay.', schema: { type: 'string' } } },
  })
  async startReplay(
    @Body({ schema: schemas.newReplay }) { changedFrom, changedTo, ...rest }: schemas.NewReplay,
    @Caller() caller: CallerFacts,
    @Res({ passthrough: true }) response: Response,
  ): Promise<schemas.AcceptedReplay> {
    const wish = { ...rest, changedFrom: changedFrom ?? null, changedTo: changedTo ?? null };
    const accepted = await this.start.execute(wish, idempotencyKeyOf(response.req), caller);
    response.setHeader('Location', `/api/v1/replays/${accepted.replayId}`);
    return accepted;
  }

  @Get('replays')
  @Access('runs.read')
  @ApiOperation({ summary: 'The newest replays' })
  @Replies(schemas.replayList, { description: 'Newest first.' })
  listReplays(
    @Query({ schema: schemas.replaysQuery }) { limit }: schemas.ReplaysQuery,
    @Caller() caller: CallerFacts,
  ): Promise<schemas.ReplayList> {
    return this.platform.page(getReplays, { replayId: null, limit }, caller);
  }

  @Get('replays/:replayId')
  @Access('runs.read')
  @ApiOperation({ summary: 'One replay' })
  @Replies(schemas.replay, { description: 'Where the replay stands.' })
  async getReplay(
    @Param('replayId', { schema: z.uuid() }) replayId: string,
    @Caller() caller: CallerFacts,
  ): Promise<Replay> {
    const { replays } = await this.platform.ask(getReplays, { replayId, limit: 1 }, caller);
    const [replay] = replays;
    if (replay) return replay;
    throw new AppError('not_found', 'replay.unknown', 'There is no such replay, or it has not begun yet.');
  }

  @Post('replays/:replayId/cancel')
  @Access('replays.start')
  @ApiOperation({ summary: 'End a running replay' })
  @Replies(schemas.replay, { description: 'Where it ended. What was sent stays sent.' })
  async cancelReplay(
    @Param('replayId', { schema: z.uuid() }) replayId: string,
    @Caller() caller: CallerFacts,
  ): Promise<Replay> {
    const { replay } = await this.platform.ask(cancelReplay, { replayId }, caller);
    return replay;
  }
}
