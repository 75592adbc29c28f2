import { Controller, type Type } from '@nestjs/common';
import {
  budgetMessages,
  mappingMessages,
  syncMessages,
  type ConnectionBudget,
  type DataOf,
  type Message,
  type Provider,
  type ReplyOf,
  type Run,
} from '@firmbridge/contracts';
import { Database } from '@firmbridge/database';
import { Answers, Consumes } from '@firmbridge/messaging';
import { ConnectionBudgets } from '../budget/connection-budgets.js';
import { cancelRun, pauseRun, resumeRun } from '../runs/control-run.js';
import { findRuns } from '../runs/run-views.js';
import { AcceptRun } from './accept-run.js';
import { ControlRun } from './control-run.js';
import { DecideDeletions } from './decide-deletions.js';
import { FindFreshness } from './find-freshness.js';
import { NoteAppliedPage } from './note-applied-page.js';

type Messages = syncMessages.SyncServiceMessages;
type Asked<Name extends keyof Messages> = Message<DataOf<Messages[Name]>>;

/** Where runs are asked for, told and decided about. */
export function runController(provider: Provider): Type {
  const messages = syncMessages.syncMessagesOf[provider];
  const startQueue = `${provider}-sync.start-run`;
  const appliedQueue = `${provider}-sync.note-applied`;

  @Controller()
  class RunHandler {
    constructor(
      private readonly acceptRun: AcceptRun,
      private readonly noteAppliedPage: NoteAppliedPage,
      private readonly controlRun: ControlRun,
      private readonly findFreshness: FindFreshness,
      private readonly database: Database,
    ) {}

    @Consumes(messages.startRun, { queue: startQueue })
    start(message: Asked<'startRun'>): Promise<void> {
      return this.acceptRun.execute(startQueue, message);
    }

    @Consumes(mappingMessages.recordsApplied, { queue: appliedQueue })
    applied(message: Message<DataOf<typeof mappingMessages.recordsApplied>>): Promise<void> {
      return this.noteAppliedPage.execute(appliedQueue, message);
    }

    @Answers(messages.getRuns)
    async find({ tenantId, data }: Asked<'getRuns'>): Promise<{ runs: Run[] }> {
      return { runs: await this.database.inTenant(tenantId, (tx) => findRuns(tx, data)) };
    }

    @Answers(messages.getFreshness)
    freshness(message: Asked<'getFreshness'>): Promise<ReplyOf<Messages['getFreshness']>> {
      return this.findFreshness.execute(message);
    }

    @Answers(messages.pauseRun)
    pause(message: Asked<'pauseRun'>): Promise<{ run: Run }> {
      return this.controlRun.execute(message, (work) => pauseRun(work, message.data.runId));
    }

    @Answers(messages.resumeRun)
    resume(message: Asked<'resumeRun'>): Promise<{ run: Run }> {
      return this.controlRun.execute(message, (work) => resumeRun(work, message.data.runId));
    }

    @Answers(messages.cancelRun)
    cancel(message: Asked<'cancelRun'>): Promise<{ run: Run }> {
      const { runId, resource } = message.data;
      return this.controlRun.execute(message, (work) => cancelRun(work, runId, resource));
    }
  }
  return RunHandler;
}

/** Where people decide about deletions. */
export function deletionsController(provider: Provider): Type {
  const { getDeletions, decideDeletion, undoDeletion } = syncMessages.syncMessagesOf[provider];

  @Controller()
  class DeletionsHandler {
    constructor(private readonly deletions: DecideDeletions) {}

    @Answers(getDeletions)
    find(message: Asked<'getDeletions'>): Promise<ReplyOf<Messages['getDeletions']>> {
      return this.deletions.find(message);
    }

    @Answers(decideDeletion)
    decide(message: Asked<'decideDeletion'>): Promise<ReplyOf<Messages['decideDeletion']>> {
      return this.deletions.decide(message);
    }

    @Answers(undoDeletion)
    undo(message: Asked<'undoDeletion'>): Promise<ReplyOf<Messages['undoDeletion']>> {
      return this.deletions.undo(message);
    }
  }
  return DeletionsHandler;
}

const budgetMessagesOf = { clio: budgetMessages.clioBudgetMessages, ghl: budgetMessages.ghlBudgetMessages };
type BudgetMessages = (typeof budgetMessagesOf)[Provider];

/** Where budgets are shown and changed. */
export function budgetController(provider: Provider): Type {
  const { getBudget, changeBudget }: BudgetMessages = budgetMessagesOf[provider];

  @Controller()
  class BudgetHandler {
    constructor(private readonly budgets: ConnectionBudgets) {}

    @Answers(getBudget)
    find({ tenantId, data }: Message<DataOf<BudgetMessages['getBudget']>>): Promise<ConnectionBudget> {
      return this.budgets.find({ tenantId, connectionId: data.connectionId });
    }

    @Answers(changeBudget)
    change({ tenantId, data }: Message<DataOf<BudgetMessages['changeBudget']>>): Promise<ConnectionBudget> {
      return this.budgets.change({ tenantId, connectionId: data.connectionId }, data.windows);
    }
  }
  return BudgetHandler;
}
