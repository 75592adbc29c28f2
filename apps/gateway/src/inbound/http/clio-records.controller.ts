import { Body, Get, Param, Patch, Post, Query, Res } from '@nestjs/common';
import { ApiOperation } from '@nestjs/swagger';
import { operationMessages } from '@firmbridge/contracts';
import type { Response } from 'express';
import { AskPlatform } from '../../application/ask-platform.js';
import { ClioConnection } from '../../application/clio-connection.js';
import { WriteToClio } from '../../application/write-to-clio.js';
import type { Caller as CallerFacts } from '../../domain/caller.js';
import { waitMsOf } from '../../domain/waiting-wish.js';
import { Access } from './access/access.js';
import { ApiController, Caller, Replies } from './api.decorators.js';
import * as schemas from './clio-records.schemas.js';
import { idempotencyKeyOf } from './idempotency-key.js';
import { answerWrite, RepliesToWrite } from './write-answer.js';

const { readRecord, findRecords } = operationMessages.clioWriteMessages;

/** Clio may have to wait for budget. */
const timeoutMs = 10_000;
const noFilter = { name: null, practiceAreaId: null, matterId: null };
const live = 'As Clio has it now; the header `ETag` is for `If-Match`.';

type Answer = ReturnType<typeof answerWrite>;

interface Wish {
  readonly resource: string;
  readonly recordId: string | null;
  readonly changes: schemas.Changes;
}

@ApiController('Clio')
export class ClioRecordsController {
  constructor(
    private readonly platform: AskPlatform,
    private readonly connection: ClioConnection,
    private readonly writes: WriteToClio,
  ) {}

  @Get('clio/matters/:recordId')
  @Access('records.read')
  @ApiOperation({ summary: 'One matter in Clio' })
  @Replies(schemas.clioRecord, { description: live })
  getMatter(
    @Param('recordId', { schema: schemas.recordId }) recordId: string,
    @Query({ schema: schemas.recordQuery }) query: schemas.RecordQuery,
    @Caller() caller: CallerFacts,
    @Res({ passthrough: true }) response: Response,
  ): Promise<schemas.ClioRecord> {
    return this.show({ resource: 'matters', recordId }, { ...query, caller, response });
  }

  @Patch('clio/matters/:recordId')
  @Access('records.write')
  @ApiOperation({ summary: 'Change a matter in Clio' })
  @RepliesToWrite('update')
  updateMatter(
    @Param('recordId', { schema: schemas.recordId }) recordId: string,
    @Query({ schema: schemas.recordQuery }) query: schemas.RecordQuery,
    @Body({ schema: schemas.matterUpdate }) changes: schemas.Changes,
    @Caller() caller: CallerFacts,
    @Res({ passthrough: true }) response: Response,
  ): Promise<Answer> {
    return this.write({ resource: 'matters', recordId, changes }, { ...query, caller, response });
  }

  @Get('clio/contacts')
  @Access('records.read')
  @ApiOperation({ summary: 'Contacts in Clio, by name or by the practice area of their matters' })
  @Replies(schemas.clioRecordList, { description: 'As Clio has them now, by id.' })
  findContacts(
    @Query({ schema: schemas.contactsQuery }) { name, practiceAreaId, ...query }: schemas.ContactsQuery,
    @Caller() caller: CallerFacts,
  ): Promise<schemas.ClioRecordList> {
    const filter = { ...noFilter, name: name ?? null, practiceAreaId: practiceAreaId ?? null };
    return this.find('contacts', filter, { ...query, caller });
  }

  @Get('clio/contacts/:recordId')
  @Access('records.read')
  @ApiOperation({ summary: 'One contact in Clio' })
  @Replies(schemas.clioRecord, { description: live })
  getContact(
    @Param('recordId', { schema: schemas.recordId }) recordId: string,
    @Query({ schema: schemas.recordQuery }) query: schemas.RecordQuery,
    @Caller() caller: CallerFacts,
    @Res({ passthrough: true }) response: Response,
  ): Promise<schemas.ClioRecord> {
    return this.show({ resource: 'contacts', recordId }, { ...query, caller, response });
  }

  @Post('clio/contacts')
  @Access('records.write')
  @ApiOperation({ summary: 'Create a contact in Clio' })
  @RepliesToWrite('create')
  createContact(
    @Query({ schema: schemas.recordQuery }) query: schemas.RecordQuery,
    @Body({ schema: schemas.contactCreate }) changes: schemas.Changes,
    @Caller() caller: CallerFacts,
    @Res({ passthrough: true }) response: Response,
  ): Promise<Answer> {
    return this.write({ resource: 'contacts', recordId: null, changes }, { ...query, caller, response });
  }

  @Patch('clio/contacts/:recordId')
  @Access('records.write')
  @ApiOperation({ summary: 'Change a contact in Clio' })
  @RepliesToWrite('update')
  updateContact(
    @Param('recordId', { schema: schemas.recordId }) recordId: string,
    @Query({ schema: schemas.recordQuery }) query: schemas.RecordQuery,
    @Body({ schema: schemas.contactUpdate }) changes: schemas.Changes,
    @Caller() caller: CallerFacts,
    @Res({ passthrough: true }) response: Response,
  ): Promise<Answer> {
    return this.write({ resource: 'contacts', recordId, changes }, { ...query, caller, response });
  }

  @Get('clio/activities')
  @Access('records.read')
  @ApiOperation({ summary: 'Time entries and expenses in Clio, all or those of a matter' })
  @Replies(schemas.clioRecordList, { description: 'As Clio has them now, by id.' })
  findActivities(
    @Query({ schema: schemas.activitiesQuery }) { matterId, ...query }: schemas.ActivitiesQuery,
    @Caller() caller: CallerFacts,
  ): Promise<schemas.ClioRecordList> {
    return this.find('activities', { ...noFilter, matterId: matterId ?? null }, { ...query, caller });
  }

  @Get('clio/activities/:recordId')
  @Access('records.read')
  @ApiOperation({ summary: 'One time entry or expense in Clio' })
  @Replies(schemas.clioRecord, { description: live })
  getActivity(
    @Param('recordId', { schema: schemas.recordId }) recordId: string,
    @Query({ schema: schemas.recordQuery }) query: schemas.RecordQuery,
    @Caller() caller: CallerFacts,
    @Res({ passthrough: true }) response: Response,
  ): Promise<schemas.ClioRecord> {
    return this.show({ resource: 'activities', recordId }, { ...query, caller, response });
  }

  @Post('clio/activities')
  @Access('records.write')
  @ApiOperation({ summary: 'Create a time entry or an expense in Clio' })
  @RepliesToWrite('create')
  createActivity(
    @Query({ schema: schemas.recordQuery }) query: schemas.RecordQuery,
    @Body({ schema: schemas.activityCreate }) changes: schemas.Changes,
    @Caller() caller: CallerFacts,
    @Res({ passthrough: true }) response: Response,
  ): Promise<Answer> {
    return this.write({ resource: 'activities', recordId: null, changes }, { ...query, caller, response });
  }

  @Patch('clio/activities/:recordId')
  @Access('records.write')
  @ApiOperation({ summary: 'Change a time entry or an expense in Clio' })
  @RepliesToWrite('update')
  updateActivity(
    @Param('recordId', { schema: schemas.recordId }) recordId: string,
    @Query({ schema: schemas.recordQuery }) query: schemas.RecordQuery,
    @Body({ schema: schemas.activityUpdate }) changes: schemas.Changes,
    @Caller() caller: CallerFacts,
    @Res({ passthrough: true }) response: Response,
  ): Promise<Answer> {
    return this.write({ resource: 'activities', recordId, changes }, { ...query, caller, response });
  }

  private async show(place: { resource: string; recordId: string }, asked: Asked): Promise<schemas.ClioRecord> {
    const { caller, response } = asked;
    const { connectionId } = await this.connection.find(asked.connectionId ?? null, caller);
    const question = { connectionId, ...place };
    const { record, etag } = await this.platform.ask(readRecord, question, caller, timeoutMs);
    if (etag !== null) response.setHeader('ETag', etag);
    return { ...question, etag, record };
  }

  private async find(
    resource: string,
    filter: typeof noFilter | Record<keyof typeof noFilter, string | null>,
    asked: { caller: CallerFacts; connectionId?: string | undefined; limit: number; cursor?: string | undefined },
  ): Promise<schemas.ClioRecordList> {
    const { caller, limit, cursor } = asked;
    const { connectionId } = await this.connection.find(asked.connectionId ?? null, caller);
    const question = { connectionId, resource, filter, limit, cursor: cursor ?? null };
    return this.platform.page(findRecords, question, caller, timeoutMs);
  }

  private async write(wish: Wish, { connectionId, caller, response }: Asked): Promise<Answer> {
    const request = response.req;
    const operation = await this.writes.execute(
      {
        ...wish,
        connectionId: connectionId ?? null,
        ifMatch: request.get('if-match') ?? null,
        key: idempotencyKeyOf(request),
        waitMs: waitMsOf(request.get('prefer')),
      },
      caller,
    );
    return answerWrite(operation, response);
  }
}

interface Asked {
  readonly connectionId?: string | undefined;
  readonly caller: CallerFacts;
  readonly response: Response;
}
