import { Injectable } from '@nestjs/common';
import {
  AppError,
  type auditMessages,
  type DataOf,
  type DeadLetter,
  type Message,
  type ReplyOf,
} from '@firmbridge/contracts';
import { Database } from '@firmbridge/database';
import { Outbox } from '@firmbridge/messaging';
import { decidedBy, tenantToDecide } from '../../domain/dead-letter-rights.js';
import { DeadLetterRepository } from '../../persistence/dead-letter.repository.js';
import { DecisionRepository } from '../../persistence/decision.repository.js';
import { ComposeReplacement } from './compose-replacement.js';
import { unknownLetter } from './get-dead-letter.js';

type Question = typeof auditMessages.editDeadLetter;

/** Sends a waiting command again with other data, as a new message that names the old one as its cause. */
@Injectable()
export class EditDeadLetter {
  constructor(
    private readonly database: Database,
    private readonly letters: DeadLetterRepository,
    private readonly decisions: DecisionRepository,
    private readonly compose: ComposeReplacement,
    private readonly outbox: Outbox,
  ) {}

  execute({ tenantId: asking, actor, data }: Message<DataOf<Question>>): Promise<ReplyOf<Question>> {
    const tenantId = tenantToDecide({ tenantId: asking, actor, scope: 'tenant' });
    return this.database.inTenant(tenantId, async (tx) => {
      const letter = await this.letters.find(tx, tenantId, data.deadLetterId, 'for update');
      if (letter === null) throw unknownLetter(data.deadLetterId);
      if (letter.deadLetter.state !== 'waiting') throw decidedAlready(letter.deadLetter);
      const replacement = this.compose.execute(letter, data.data, actor);
      const messageId = replacement.envelope.id;
      await this.outbox.add(tx, [replacement]);
      const decision = { tenantId, decidedBy: decidedBy(actor), reason: data.reason, replacedBy: messageId };
      await this.decisions.replace(tx, data.deadLetterId, decision);
      return { messageId };
    });
  }
}

const outcomes: Readonly<Record<DeadLetter['state'], string>> = {
  waiting: 'waits',
  resending: 'is on its way back into its queue',
  resent: 'was resent',
  replaced: 'was replaced',
  discarded: 'was discarded',
};

function decidedAlready({ state, replacedBy }: DeadLetter): AppError {
  const message = `The letter ${outcomes[state]}${replacedBy === null ? '' : ` by ${replacedBy}`} already.`;
  return new AppError('conflict', 'dead_letter.decided', message, { details: { state, replacedBy } });
}
