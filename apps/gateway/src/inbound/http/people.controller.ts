import { Body, Get, Param, Post, Put, Query } from '@nestjs/common';
import { ApiOperation } from '@nestjs/swagger';
import { peopleMessages, type Person } from '@firmbridge/contracts';
import { z } from 'zod';
import { AskPlatform } from '../../application/ask-platform.js';
import type { Caller as CallerFacts } from '../../domain/caller.js';
import { Access } from './access/access.js';
import { ApiController, Caller, Replies } from './api.decorators.js';
import * as schemas from './people.schemas.js';
import { PublicAddress } from './public-address.js';
import { setupUrl } from './setup.schemas.js';

const { listPeople, invitePerson, changeRoles, deactivatePerson } = peopleMessages;

@ApiController('People')
export class PeopleController {
  constructor(
    private readonly platform: AskPlatform,
    private readonly address: PublicAddress,
  ) {}

  @Get('people')
  @Access('people.read')
  @ApiOperation({ summary: 'The people of the firm' })
  @Replies(schemas.peopleList, { description: 'By e-mail address.' })
  listPeople(
    @Query({ schema: schemas.peopleQuery }) { limit, cursor }: schemas.PeopleQuery,
    @Caller() caller: CallerFacts,
  ): Promise<schemas.PeopleList> {
    return this.platform.page(listPeople, { limit, cursor: cursor ?? null }, caller);
  }

  @Post('people')
  @Access('people.manage')
  @ApiOperation({ summary: 'Invite a colleague, or somebody invited or deactivated anew' })
  @Replies(schemas.invitation, { status: 201, description: 'A link to hand over; it is told once.' })
  async invitePerson(
    @Body({ schema: schemas.newPerson }) wish: schemas.NewPerson,
    @Caller() caller: CallerFacts,
  ): Promise<schemas.Invitation> {
    const { personId, setupToken, expiresAt } = await this.platform.ask(invitePerson, wish, caller);
    return { personId, setupUrl: setupUrl(this.address.origin(), setupToken), expiresAt };
  }

  @Put('people/:personId/roles')
  @Access('people.manage')
  @ApiOperation({ summary: 'Give a person other roles' })
  @Replies(schemas.person, { description: 'They hold within seconds. The last administrator stays one.' })
  changeRoles(
    @Param('personId', { schema: z.uuid() }) personId: string,
    @Body({ schema: schemas.newRoles }) { roles }: schemas.NewRoles,
    @Caller() caller: CallerFacts,
  ): Promise<Person> {
    return this.platform.ask(changeRoles, { personId, roles }, caller);
  }

  @Post('people/:personId/deactivate')
  @Access('people.manage')
  @ApiOperation({ summary: 'Shut a person out: sessions and invitations end' })
  @Replies(schemas.person, { description: 'The person as it is now. The last administrator stays.' })
  deactivatePerson(
    @Param('personId', { schema: z.uuid() }) personId: string,
    @Caller() caller: CallerFacts,
  ): Promise<Person> {
    return this.platform.ask(deactivatePerson, { personId }, caller);
  }
}
