import { Body, Get, Param, Put } from '@nestjs/common';
import { ApiOperation } from '@nestjs/swagger';
import type { ConnectionBudget } from '@firmbridge/contracts';
import { z } from 'zod';
import { Budgets } from '../../application/budgets.js';
import type { Caller as CallerFacts } from '../../domain/caller.js';
import { Access } from './access/access.js';
import { ApiController, Caller, Replies } from './api.decorators.js';
import * as schemas from './budget.schemas.js';

@ApiController('Connections')
export class BudgetController {
  constructor(private readonly budgets: Budgets) {}

  @Get('connections/:connectionId/budget')
  @Access('connections.read')
  @ApiOperation({ summary: 'How many calls a connection may make, has made, and has still to make' })
  @Replies(schemas.connectionBudget, { description: 'The budget over all replicas, at this moment.' })
  getBudget(
    @Param('connectionId', { schema: z.uuid() }) connectionId: string,
    @Caller() caller: CallerFacts,
  ): Promise<ConnectionBudget> {
    return this.budgets.find(connectionId, caller);
  }

  @Put('connections/:connectionId/budget')
  @Access('connections.manage')
  @ApiOperation({ summary: 'Allow a connection more or fewer calls, or switch a window off' })
  @Replies(schemas.connectionBudget, {
    description: 'Holds from the next call on. What the provider says counts, too.',
  })
  changeBudget(
    @Param('connectionId', { schema: z.uuid() }) connectionId: string,
    @Body({ schema: schemas.newBudget }) { windows }: schemas.NewBudget,
    @Caller() caller: CallerFacts,
  ): Promise<ConnectionBudget> {
    return this.budgets.change(connectionId, windows, caller);
  }
}
