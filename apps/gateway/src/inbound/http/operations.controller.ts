import { Body, Get, Param, Post, Query } from '@nestjs/common';
import { ApiOperation } from '@nestjs/swagger';
import { AppError, operationMessages } from '@firmbridge/contracts';
import { z } from 'zod';
import { AskPlatform } from '../../application/ask-platform.js';
import { WriteToClio } from '../../application/write-to-clio.js';
import type { Caller as CallerFacts } from '../../domain/caller.js';
import { Access } from './access/access.js';
import { ApiController, Caller, Replies } from './api.decorators.js';
import * as schemas from './operations.schemas.js';

const { getOperations, decideOperation } = operationMessages.clioWriteMessages;

@ApiController('Operations')
export class OperationsController {
  constructor(
    private readonly platform: AskPlatform,
    private readonly writes: WriteToClio,
  ) {}

  @Get('operations')
  @Access('records.read')
  @ApiOperation({ summary: 'The newest writes that somebody asked for, or those of a state' })
  @Replies(schemas.operationList, { description: 'Newest first. Those that are over are kept for 30 days.' })
  async listOperations(
    @Query({ schema: schemas.operationsQuery }) { state, limit }: schemas.OperationsQuery,
    @Caller() caller: CallerFacts,
  ): Promise<schemas.OperationList> {
    const question = { operationId: null, state: state ?? null, limit };
    const { operations } = await this.platform.page(getOperations, question, caller);
    return { operations: operations.map(schemas.shownOperation) };
  }

  @Get('operations/:operationId')
  @Access('records.read')
  @ApiOperation({ summary: 'One write, and what became of it' })
  @Replies(schemas.operation, { description: 'Where it stands.' })
  async getOperation(
    @Param('operationId', { schema: z.uuid() }) operationId: string,
    @Caller() caller: CallerFacts,
  ): Promise<schemas.Operation> {
    const operation = await this.writes.find(operationId, caller);
    if (operation) return schemas.shownOperation(operation);
    throw new AppError('not_found', 'operation.unknown', 'There is no such operation, or it was not taken up yet.');
  }

  @Post('operations/:operationId/decision')
  @Access('records.write')
  @ApiOperation({ summary: 'Decide a write whose outcome nobody knows: look in Clio first' })
  @Replies(schemas.operation, { description: 'Decided. After `happened` and `again` it goes on: follow it.' })
  async decideOperation(
    @Param('operationId', { schema: z.uuid() }) operationId: string,
    @Body({ schema: schemas.operationDecision }) { decision, recordId }: schemas.OperationDecision,
    @Caller() caller: CallerFacts,
  ): Promise<schemas.Operation> {
    const question = { operationId, decision, recordId: recordId ?? null };
    const { operation } = await this.platform.ask(decideOperation, question, caller);
    return schemas.shownOperation(operation);
  }
}
