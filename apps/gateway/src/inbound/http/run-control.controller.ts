import { Param, Post } from '@nestjs/common';
import { ApiOperation } from '@nestjs/swagger';
import type { Run, syncMessages } from '@firmbridge/contracts';
import { z } from 'zod';
import { AskPlatform } from '../../application/ask-platform.js';
import { SyncServices } from '../../application/sync-services.js';
import type { Caller as CallerFacts } from '../../domain/caller.js';
import { Access } from './access/access.js';
import { ApiController, Caller, Replies } from './api.decorators.js';
import * as schemas from './runs.schemas.js';

const runIdParam = { schema: z.uuid() };

/** What a person decides about a run. Each may be repeated; of a run that is over they are refused. */
@ApiController('Runs')
export class RunControlController {
  constructor(
    private readonly platform: AskPlatform,
    private readonly services: SyncServices,
  ) {}

  @Post('runs/:runId/pause')
  @Access('runs.start')
  @ApiOperation({ summary: 'Let a run rest until it is resumed' })
  @Replies(schemas.run, { description: 'Where it stands. Pages being read are finished; nothing else is read.' })
  pauseRun(@Param('runId', runIdParam) runId: string, @Caller() caller: CallerFacts): Promise<Run> {
    return this.decide(runId, 'pauseRun', caller);
  }

  @Post('runs/:runId/resume')
  @Access('runs.start')
  @ApiOperation({ summary: 'Let a paused run go on where it was' })
  @Replies(schemas.run, { description: 'Where it stands.' })
  resumeRun(@Param('runId', runIdParam) runId: string, @Caller() caller: CallerFacts): Promise<Run> {
    return this.decide(runId, 'resumeRun', caller);
  }

  @Post('runs/:runId/cancel')
  @Access('runs.start')
  @ApiOperation({ summary: 'End a run for good' })
  @Replies(schemas.run, {
    description: 'Where it ended. What was applied stays; what was not read counts as not read.',
  })
  cancelRun(@Param('runId', runIdParam) runId: string, @Caller() caller: CallerFacts): Promise<Run> {
    return this.cancel(runId, null, caller);
  }

  @Post('runs/:runId/resources/:resource/cancel')
  @Access('runs.start')
  @ApiOperation({ summary: 'End one resource of a run for good; the others go on' })
  @Replies(schemas.run, { description: 'Where the run stands.' })
  cancelRunResource(
    @Param('runId', runIdParam) runId: string,
    @Param('resource', { schema: schemas.resourceName }) resource: string,
    @Caller() caller: CallerFacts,
  ): Promise<Run> {
    return this.cancel(runId, resource, caller);
  }

  private async decide(
    runId: string,
    name: keyof Pick<syncMessages.SyncServiceMessages, 'pauseRun' | 'resumeRun'>,
    caller: CallerFacts,
  ): Promise<Run> {
    return (await this.services.whoKnows((messages) => this.platform.ask(messages[name], { runId }, caller))).run;
  }

  private async cancel(runId: string, resource: string | null, caller: CallerFacts): Promise<Run> {
    return (await this.services.whoKnows(({ cancelRun }) => this.platform.ask(cancelRun, { runId, resource }, caller)))
      .run;
  }
}
