import { Injectable } from '@nestjs/common';
import type { auditMessages, DataOf, Message, ReplyOf } from '@firmbridge/contracts';
import { Database } from '@firmbridge/database';
import { decidedBy, tenantToDecide } from '../../domain/dead-letter-rights.js';
import { mostPerDecision, requireSelection } from '../../domain/dead-letter-selection.js';
import { DecisionRepository } from '../../persistence/decision.repository.js';

type Question = typeof auditMessages.discardDeadLetters;

/** Decides that waiting letters are not needed any more. They stay, with who decided it and why. */
@Injectable()
export class DiscardDeadLetters {
  constructor(
    private readonly database: Database,
    private readonly decisions: DecisionRepository,
  ) {}

  execute({ tenantId: asking, actor, data }: Message<DataOf<Question>>): Promise<ReplyOf<Question>> {
    const tenantId = tenantToDecide({ tenantId: asking, actor, scope: data.scope });
    requireSelection(data.selection);
    const which = { tenantId, selection: data.selection };
    const decision = { decidedBy: decidedBy(actor), reason: data.reason, limit: mostPerDecision };
    return this.database.inTenant(tenantId, async (tx) => {
      const discarded = await this.decisions.discard(tx, which, decision);
      const { resendable, oversized } = await this.decisions.count(tx, which);
      return { discarded, left: resendable + oversized };
    });
  }
}
