import { Controller } from '@nestjs/common';
import { agreementMessages, type DataOf, type Message, type ReplyOf } from '@firmbridge/contracts';
import { Answers } from '@firmbridge/messaging';
import { DecideConflicts } from '../../application/agreement/decide-conflicts.js';
import { FindConflicts } from '../../application/agreement/find-conflicts.js';
import { UndoConflict } from '../../application/agreement/undo-conflict.js';

const { findConflicts, decideConflicts, undoConflict } = agreementMessages;

/** What both sides cannot agree on, as people ask and say it. */
@Controller()
export class ConflictsHandler {
  constructor(
    private readonly conflicts: FindConflicts,
    private readonly decision: DecideConflicts,
    private readonly undoing: UndoConflict,
  ) {}

  @Answers(findConflicts)
  find(message: Message<DataOf<typeof findConflicts>>): Promise<ReplyOf<typeof findConflicts>> {
    return this.conflicts.execute(message);
  }

  @Answers(decideConflicts)
  decide(message: Message<DataOf<typeof decideConflicts>>): Promise<ReplyOf<typeof decideConflicts>> {
    return this.decision.execute(message);
  }

  @Answers(undoConflict)
  undo(message: Message<DataOf<typeof undoConflict>>): Promise<ReplyOf<typeof undoConflict>> {
    return this.undoing.execute(message);
  }
}
