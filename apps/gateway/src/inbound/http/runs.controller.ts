import { Body, Get, Param, Post, Query, Res } from '@nestjs/common';
import { ApiOperation } from '@nestjs/swagger';
import type { Run } from '@firmbridge/contracts';
import type { Response } from 'express';
import { z } from 'zod';
import { AskPlatform } from '../../application/ask-platform.js';
import { StartRun } from '../../application/start-run.js';
import { SyncServices } from '../../application/sync-services.js';
import type { Caller as CallerFacts } from '../../domain/caller.js';
import { Access } from './access/access.js';
import { ApiController, Caller, Replies } from './api.decorators.js';
import { idempotencyKeyOf, TakesIdempotencyKey } from './idempotency-key.js';
import * as schemas from './runs.schemas.js';

@ApiController('Runs')
export class RunsController {
  constructor(
    private readonly platform: AskPlatform,
    private readonly services: SyncServices,
    private readonly start: StartRun,
  ) {}

  @Post('connections/:connectionId/runs')
  @Access('runs.start')
  @ApiOperation({ summary: 'Read an account: everything, what changed, or some resources' })
  @TakesIdempotencyKey('run')
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
    const key = idempotencyKeyOf(response.req);
    const accepted = await this.start.execute({ connectionId, mode, resources, key }, caller);
    response.setHeader('Location', `/api/v1/runs/${accepted.runId}`);
    return accepted;
  }

  @Get('connections/:connectionId/freshness')
  @Access('runs.read')
  @ApiOperation({ summary: 'How fresh what is known of each resource of an account is' })
  @Replies(schemas.freshnessList, { description: 'Each resource, with the instant up to which all changes are in.' })
  async getFreshness(
    @Param('connectionId', { schema: z.uuid() }) connectionId: string,
    @Caller() caller: CallerFacts,
  ): Promise<schemas.FreshnessList> {
    const { getFreshness } = await this.services.ofConnection(connectionId, caller);
    return this.platform.ask(getFreshness, { connectionId }, caller);
  }

  @Get('runs')
  @Access('runs.read')
  @ApiOperation({ summary: 'The newest runs' })
  @Replies(schemas.runList, { description: 'Newest first, with the progress of each resource.' })
  async listRuns(
    @Query({ schema: schemas.runsQuery }) { limit }: schemas.RunsQuery,
    @Caller() caller: CallerFacts,
  ): Promise<schemas.RunList> {
    return { runs: await this.services.runs(limit, caller) };
  }

  @Get('runs/:runId')
  @Access('runs.read')
  @ApiOperation({ summary: 'One run' })
  @Replies(schemas.run, { description: 'Where the run stands.' })
  getRun(@Param('runId', { schema: z.uuid() }) runId: string, @Caller() caller: CallerFacts): Promise<Run> {
    return this.services.run(runId, caller);
  }
}
