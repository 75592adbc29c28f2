import { Injectable } from '@nestjs/common';
import { AppError, type agreementMessages, type DataOf, type Message, type ReplyOf } from '@firmbridge/contracts';
import { Database } from '@firmbridge/database';
import { ConflictDecision } from './conflict-decision.js';
import { FindConflicts } from './find-conflicts.js';

type Question = typeof agreementMessages.undoConflict;

/** Takes back what a person or a policy decided: the side that gave way gets its value back, and the question is open again. */
@Injectable()
export class UndoConflict {
  constructor(
    private readonly database: Database,
    private readonly decision: ConflictDecision,
    private readonly found: FindConflicts,
  ) {}

  async execute(message: Message<DataOf<Question>>): Promise<ReplyOf<Question>> {
    const { tenantId, data } = message;
    return this.database.inTenant(tenantId, async (tx) => {
      await this.decision.undo(tx, message, data.conflictId);
      const [conflict] = await this.found.byIds(tx, tenantId, [data.conflictId]);
      if (conflict !== undefined) return { conflict };
      throw new AppError('not_found', 'conflict.unknown', 'There is no such conflict.');
    });
  }
}
