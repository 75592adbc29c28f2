import { Injectable } from '@nestjs/common';
import type { auditMessages, DataOf, Message, ReplyOf } from '@firmbridge/contracts';
import { Database } from '@firmbridge/database';
import { tenantToRead } from '../../domain/dead-letter-rights.js';
import { DeadLetterRepository } from '../../persistence/dead-letter.repository.js';

type Question = typeof auditMessages.groupDeadLetters;

/** Messages that wait for a decision, grouped by cause, the largest group first. */
@Injectable()
export class GroupDeadLetters {
  constructor(
    private readonly database: Database,
    private readonly letters: DeadLetterRepository,
  ) {}

  async execute({ tenantId: asking, actor, data }: Message<DataOf<Question>>): Promise<ReplyOf<Question>> {
    const tenantId = tenantToRead({ tenantId: asking, actor, scope: data.scope });
    return { groups: await this.database.inTenant(tenantId, (tx) => this.letters.groups(tx, tenantId, data.limit)) };
  }
}
