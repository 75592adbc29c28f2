import { Body, Get, Param, Post, Query, Res } from '@nestjs/common';
import { ApiHeader, ApiOperation } from '@nestjs/swagger';
import { AppError, syncMessages, type Run } from '@firmbridge/contracts';
import type { Request, Response } from 'express';
import { z } from 'zod';
import { AskPlatform } from '../../application/ask-platform.js';
import { StartRun } from '../../application/start-run.js';
import type { Caller as CallerFacts } from '../../domain/caller.js';
import { ApiController, Caller, Replies } from './api.decorators.js';
import * as schemas from './runs.schemas.js';

const { getRuns } = syncMessages.clioSyncMessages;

@ApiController('Runs')
export class RunsController {
  constructor(
    private readonly platform: AskPlatform,
    private readonly start: StartRun,
  ) {}

  @Post('connections/:connectionId/runs')
  @ApiOperation({ summary: 'Read a Clio account: everything, what changed, or some resources' })
  @ApiHeader({
    name: 'Idempotency-Key',
    required: false,
    description: 'Repeating a request with the same key leads to the same run. A UUID becomes the id of the run.',
    schema: { type: 'string', maxLength: 200 },
  })
  @Replies(schemas.acceptedRun, {
    status: 202,
    description: 'Accepted; follow the run at `Location` or in the stream.',
    headers: { Location: { description: 'The run.', schema: { type: 'string' } } },
  })
  async startRun(
    @Param('connectionId', { schema: z.uuid() }) connectionId: string,
    @Body({ schema: schemas.newRun }) { mode, resources }: schemas.NewRun,
    @Caller() caller: CallerFacts,
    @Res({ passthrough: true }) response: Response,
  ): Promise<schemas.AcceptedRun> {
    const key = keyOf(response.req);
    const accepted = await this.start.execute({ connectionId, mode, resources, key }, caller);
    response.setHeader('Location', `/api/v1/runs/${accepted.runId}`);
    return accepted;
  }

  @Get('runs')
  @ApiOperation({ summary: 'The newest runs' })
  @Replies(schemas.runList, { description: 'Newest first, with the progress of each resource.' })
  listRuns(
    @Query({ schema: schemas.runsQuery }) { limit }: schemas.RunsQuery,
    @Caller() caller: CallerFacts,
  ): Promise<schemas.RunList> {
    return this.platform.page(getRuns, { runId: null, limit }, caller);
  }

  @Get('runs/:runId')
  @ApiOperation({ summary: 'One run' })
  @Replies(schemas.run, { description: 'Where the run stands.' })
  async getRun(@Param('runId', { schema: z.uuid() }) runId: string, @Caller() caller: CallerFacts): Promise<Run> {
    const { runs } = await this.platform.ask(getRuns, { runId, limit: 1 }, caller);
    const [run] = runs;
    if (run) return run;
    throw new AppError('not_found', 'run.unknown', 'There is no such run, or it has not begun yet.');
  }
}

function keyOf(request: Request): string | null {
  const key = schemas.idempotencyKey.safeParse(request.get('Idempotency-Key'));
  if (key.success) return key.data ?? null;
  const message = 'Idempotency-Key must have 1 to 200 printable characters.';
  throw new AppError('validation', 'request.invalid', message);
}
