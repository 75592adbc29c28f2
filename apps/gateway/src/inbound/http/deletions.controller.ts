import { Body, Get, Param, Post, Query } from '@nestjs/common';
import { ApiOperation } from '@nestjs/swagger';
import type { DataOf, Deletion, syncMessages } from '@firmbridge/contracts';
import { z } from 'zod';
import { AskPlatform } from '../../application/ask-platform.js';
import { SyncServices } from '../../application/sync-services.js';
import type { Caller as CallerFacts } from '../../domain/caller.js';
import { Access } from './access/access.js';
import { ApiController, Caller, Replies } from './api.decorators.js';
import * as schemas from './deletions.schemas.js';

type Messages = syncMessages.SyncServiceMessages;

@ApiController('Deletions')
export class DeletionsController {
  constructor(
    private readonly platform: AskPlatform,
    private readonly services: SyncServices,
  ) {}

  @Get('deletions')
  @Access('runs.read')
  @ApiOperation({ summary: 'Records that are gone at the provider, and what became of them here' })
  @Replies(schemas.deletionList, { description: 'Those that wait for a decision first, then the newest.' })
  async listDeletions(
    @Query({ schema: schemas.deletionsQuery }) { state, connectionId, resource, limit }: schemas.DeletionsQuery,
    @Caller() caller: CallerFacts,
  ): Promise<schemas.DeletionList> {
    const question = {
      deletionId: null,
      state: state ?? null,
      connectionId: connectionId ?? null,
      resource: resource ?? null,
      limit,
    };
    return { deletions: await this.services.deletions(question, caller) };
  }

  @Post('deletions/:deletionId/approve')
  @Access('deletions.decide')
  @ApiOperation({ summary: 'Delete the records of a held deletion here too' })
  @Replies(schemas.deletion, { status: 202, description: 'Approved; they can be brought back for 30 days.' })
  approveDeletion(
    @Param('deletionId', { schema: z.uuid() }) deletionId: string,
    @Body({ schema: schemas.deletionApproval }) { reason }: schemas.DeletionApproval,
    @Caller() caller: CallerFacts,
  ): Promise<Deletion> {
    const wish = { deletionId, decision: 'approve' as const, reason: reason ?? null };
    return this.decide(wish, caller);
  }

  @Post('deletions/:deletionId/reject')
  @Access('deletions.decide')
  @ApiOperation({ summary: 'Keep the records of a held deletion' })
  @Replies(schemas.deletion, { description: 'They are kept, and nobody is asked again unless they are seen again.' })
  rejectDeletion(
    @Param('deletionId', { schema: z.uuid() }) deletionId: string,
    @Body({ schema: schemas.deletionRejection }) { reason }: schemas.DeletionRejection,
    @Caller() caller: CallerFacts,
  ): Promise<Deletion> {
    const wish = { deletionId, decision: 'reject' as const, reason };
    return this.decide(wish, caller);
  }

  @Post('deletions/:deletionId/undo')
  @Access('deletions.decide')
  @ApiOperation({ summary: 'Bring back deleted records, all of a deletion or some' })
  @Replies(schemas.deletion, { status: 202, description: 'On their way back.' })
  async undoDeletion(
    @Param('deletionId', { schema: z.uuid() }) deletionId: string,
    @Body({ schema: schemas.deletionUndo }) { recordIds }: schemas.DeletionUndo,
    @Caller() caller: CallerFacts,
  ): Promise<Deletion> {
    const wish = { deletionId, recordIds: recordIds ?? null };
    const ask = ({ undoDeletion: undo }: Messages) => this.platform.ask(undo, wish, caller);
    return (await this.services.whoKnows(ask)).deletion;
  }

  private async decide(wish: DataOf<Messages['decideDeletion']>, caller: CallerFacts): Promise<Deletion> {
    const ask = ({ decideDeletion }: Messages) => this.platform.ask(decideDeletion, wish, caller);
    return (await this.services.whoKnows(ask)).deletion;
  }
}
