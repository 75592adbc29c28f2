import { Injectable } from '@nestjs/common';
import { AppError, type auditMessages, type DataOf, type Message, type ReplyOf } from '@firmbridge/contracts';
import { Database } from '@firmbridge/database';
import { decidedBy, tenantToDecide } from '../../domain/dead-letter-rights.js';
import { mostPerDecision, requireSelection } from '../../domain/dead-letter-selection.js';
import { DecisionRepository } from '../../persistence/decision.repository.js';

type Question = typeof auditMessages.resendDeadLetters;

/** Gives waiting letters their time to go back into the queue in which they failed. Repeating it takes no letter twice. */
@Injectable()
export class ResendDeadLetters {
  constructor(
    private readonly database: Database,
    private readonly decisions: DecisionRepository,
  ) {}

  async execute({ tenantId: asking, actor, data }: Message<DataOf<Question>>): Promise<ReplyOf<Question>> {
    const tenantId = tenantToDecide({ tenantId: asking, actor, scope: data.scope });
    requireSelection(data.selection);
    const which = { tenantId, selection: data.selection };
    const decision = { tenantId, decidedBy: decidedBy(actor), perSecond: data.perSecond };
    const reply = await this.database.inTenant(tenantId, async (tx) => {
      const batches = await this.decisions.takeResendable(tx, which, mostPerDecision);
      const lastDue: number[] = [];
      for (const batch of batches) lastDue.push((await this.decisions.schedule(tx, batch, decision)).getTime());
      const { resendable: left, oversized: notResendable } = await this.decisions.count(tx, which);
      return {
        accepted: batches.reduce((sum, { deadLetterIds }) => sum + deadLetterIds.length, 0),
        lastDueAt: lastDue.length === 0 ? null : new Date(Math.max(...lastDue)).toISOString(),
        notResendable,
        left,
      };
    });
    if (reply.accepted === 0 && reply.notResendable > 0) throw notKept();
    return reply;
  }
}

function notKept(): AppError {
  const message =
    'The body was larger than 4 MiB, so only its beginning was kept: it cannot be resent, only discarded.';
  return new AppError('validation', 'dead_letter.body_not_kept', message);
}
