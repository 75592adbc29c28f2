import { Injectable } from '@nestjs/common';
import { budgetMessages, type BudgetWindowSettings, type ConnectionBudget } from '@firmbridge/contracts';
import type { Caller } from '../domain/caller.js';
import { AskPlatform } from './ask-platform.js';
import { SyncServices } from './sync-services.js';

const messagesOf = { clio: budgetMessages.clioBudgetMessages, ghl: budgetMessages.ghlBudgetMessages };

/** Asks the sync service of the connection's provider about its budget. */
@Injectable()
export class Budgets {
  constructor(
    private readonly platform: AskPlatform,
    private readonly services: SyncServices,
  ) {}

  async find(connectionId: string, caller: Caller): Promise<ConnectionBudget> {
    const { getBudget } = await this.messagesFor(connectionId, caller);
    return this.platform.ask(getBudget, { connectionId }, caller);
  }

  async change(connectionId: string, windows: BudgetWindowSettings | null, caller: Caller): Promise<ConnectionBudget> {
    const { changeBudget } = await this.messagesFor(connectionId, caller);
    return this.platform.ask(changeBudget, { connectionId, windows }, caller);
  }

  private async messagesFor(connectionId: string, caller: Caller) {
    return messagesOf[(await this.services.connection(connectionId, caller)).provider];
  }
}
