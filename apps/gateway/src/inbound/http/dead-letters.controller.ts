import { Body, Get, Param, Post, Query } from '@nestjs/common';
import { ApiOperation } from '@nestjs/swagger';
import { auditMessages } from '@firmbridge/contracts';
import { z } from 'zod';
import { AskPlatform } from '../../application/ask-platform.js';
import type { Caller as CallerFacts } from '../../domain/caller.js';
import { selectionOf } from '../../domain/dead-letter-selection.js';
import { Access } from './access/access.js';
import { ApiController, Caller, Replies } from './api.decorators.js';
import * as schemas from './dead-letters.schemas.js';

@ApiController('Dead letters')
export class DeadLettersController {
  constructor(private readonly platform: AskPlatform) {}

  @Get('dead-letters')
  @Access('dead-letters.read')
  @ApiOperation({ summary: 'Messages that were set aside after their last attempt' })
  @Replies(schemas.deadLetterList, { description: 'Newest first.' })
  listDeadLetters(
    @Query({ schema: schemas.deadLettersQuery }) query: schemas.DeadLettersQuery,
    @Caller() caller: CallerFacts,
  ): Promise<schemas.DeadLetterList> {
    const { state, queue, type, fingerprint, cursor, ...rest } = query;
    const question = {
      ...rest,
      state: state ?? null,
      queue: queue ?? null,
      type: type ?? null,
      fingerprint: fingerprint ?? null,
      cursor: cursor ?? null,
    };
    return this.platform.page(auditMessages.searchDeadLetters, question, caller);
  }

  @Get('dead-letters/groups')
  @Access('dead-letters.read')
  @ApiOperation({ summary: 'Messages that wait for a decision, grouped by cause' })
  @Replies(schemas.deadLetterGroups, { description: 'The largest group first.' })
  listDeadLetterGroups(
    @Query({ schema: schemas.groupsQuery }) query: schemas.GroupsQuery,
    @Caller() caller: CallerFacts,
  ): Promise<schemas.DeadLetterGroups> {
    return this.platform.page(auditMessages.groupDeadLetters, query, caller);
  }

  @Post('dead-letters/resend')
  @Access('dead-letters.decide')
  @ApiOperation({ summary: 'Give waiting messages back to the queue in which they failed, unchanged' })
  @Replies(schemas.acceptedResend, {
    status: 202,
    description: 'On their way. Repeating it is harmless, and needed while `left` is above 0.',
  })
  resendDeadLetters(
    @Body({ schema: schemas.deadLetterResend }) { scope, perSecond, ...criteria }: schemas.DeadLetterResend,
    @Caller() caller: CallerFacts,
  ): Promise<schemas.AcceptedResend> {
    const wish = { scope, perSecond, selection: selectionOf(criteria) };
    return this.platform.ask(auditMessages.resendDeadLetters, wish, caller);
  }

  @Post('dead-letters/discard')
  @Access('dead-letters.decide')
  @ApiOperation({ summary: 'Decide that waiting messages are not needed any more' })
  @Replies(schemas.discarded, {
    description: 'They stay readable, with the reason. To be repeated while `left` is above 0.',
  })
  discardDeadLetters(
    @Body({ schema: schemas.deadLetterDiscard }) { scope, reason, ...criteria }: schemas.DeadLetterDiscard,
    @Caller() caller: CallerFacts,
  ): Promise<schemas.Discarded> {
    const wish = { scope, reason, selection: selectionOf(criteria) };
    return this.platform.ask(auditMessages.discardDeadLetters, wish, caller);
  }

  @Get('dead-letters/:deadLetterId')
  @Access('dead-letters.read')
  @ApiOperation({ summary: 'One message that was set aside, with its headers and its body' })
  @Replies(schemas.openedDeadLetter, { description: 'As much of the body as an answer can hold.' })
  getDeadLetter(
    @Param('deadLetterId', { schema: z.uuid() }) deadLetterId: string,
    @Query({ schema: schemas.scopeQuery }) { scope }: schemas.ScopeQuery,
    @Caller() caller: CallerFacts,
  ): Promise<schemas.OpenedDeadLetter> {
    return this.platform.ask(auditMessages.getDeadLetter, { deadLetterId, scope }, caller);
  }

  @Post('dead-letters/:deadLetterId/edit')
  @Access('dead-letters.decide')
  @ApiOperation({ summary: 'Send a waiting command again with other data, as a new message caused by the old one' })
  @Replies(schemas.replacement, { status: 202, description: 'The id of the new message.' })
  editDeadLetter(
    @Param('deadLetterId', { schema: z.uuid() }) deadLetterId: string,
    @Body({ schema: schemas.deadLetterEdit }) wish: schemas.DeadLetterEdit,
    @Caller() caller: CallerFacts,
  ): Promise<schemas.Replacement> {
    return this.platform.ask(auditMessages.editDeadLetter, { deadLetterId, ...wish }, caller);
  }
}
