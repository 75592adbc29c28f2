import { Body, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiOperation } from '@nestjs/swagger';
import { agreementMessages, type Conflict } from '@firmbridge/contracts';
import { z } from 'zod';
import { AskPlatform } from '../../application/ask-platform.js';
import type { Caller as CallerFacts } from '../../domain/caller.js';
import { Access } from './access/access.js';
import { ApiController, Caller, Replies } from './api.decorators.js';
import * as schemas from './conflicts.schemas.js';

const { findConflicts, decideConflicts, undoConflict } = agreementMessages;

@ApiController('Conflicts')
export class ConflictsController {
  constructor(private readonly platform: AskPlatform) {}

  @Get('conflicts')
  @Access('entities.read')
  @ApiOperation({ summary: 'Records of both sides that cannot agree' })
  @Replies(schemas.conflictList, { description: 'The newest first, and how many are open in all.' })
  listConflicts(
    @Query({ schema: schemas.conflictsQuery }) query: schemas.ConflictsQuery,
    @Caller() caller: CallerFacts,
  ): Promise<schemas.ConflictList> {
    return this.platform.page(findConflicts, query, caller);
  }

  @Post('conflicts/decide')
  @HttpCode(200)
  @Access('records.write')
  @ApiOperation({ summary: 'Decide conflicts: one, several, or always' })
  @Replies(schemas.decided, { description: 'As they are now, and how many were decided.' })
  decideConflicts(
    @Body({ schema: schemas.decisions }) wish: schemas.Decisions,
    @Caller() caller: CallerFacts,
  ): Promise<schemas.Decided> {
    return this.platform.ask(decideConflicts, wish, caller);
  }

  @Post('conflicts/:conflictId/undo')
  @HttpCode(200)
  @Access('records.write')
  @ApiOperation({ summary: 'Take a decision about a conflict back' })
  @Replies(schemas.conflict, { description: 'It is open again, and the side that gave way gets its value back.' })
  async undoConflict(
    @Param('conflictId', { schema: z.uuid() }) conflictId: string,
    @Caller() caller: CallerFacts,
  ): Promise<Conflict> {
    return (await this.platform.ask(undoConflict, { conflictId }, caller)).conflict;
  }
}
