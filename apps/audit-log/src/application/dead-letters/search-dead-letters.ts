import { Injectable } from '@nestjs/common';
import type { auditMessages, DataOf, DeadLetter, Message, ReplyOf } from '@firmbridge/contracts';
import { Database } from '@firmbridge/database';
import { tenantToRead } from '../../domain/dead-letter-rights.js';
import { DeadLetterRepository } from '../../persistence/dead-letter.repository.js';
import { decodeCursor, encodeCursor } from '../cursor.js';
import { replyRoomBytes } from './reply-room.js';

type Question = typeof auditMessages.searchDeadLetters;

/** Messages that were set aside, newest first, a page at a time. */
@Injectable()
export class SearchDeadLetters {
  constructor(
    private readonly database: Database,
    private readonly letters: DeadLetterRepository,
  ) {}

  async execute({ tenantId: asking, actor, data }: Message<DataOf<Question>>): Promise<ReplyOf<Question>> {
    const tenantId = tenantToRead({ tenantId: asking, actor, scope: data.scope });
    const { cursor, limit, scope: _scope, ...criteria } = data;
    const search = { ...criteria, tenantId, after: decodeCursor(cursor), limit: limit + 1 };
    const found = await this.database.inTenant(tenantId, (tx) => this.letters.search(tx, search));
    const deadLetters = fitting(found.slice(0, limit));
    const last = deadLetters.at(-1);
    const hasMore = found.length > deadLetters.length && last !== undefined;
    return { deadLetters, nextCursor: hasMore ? encodeCursor({ at: last.failedAt, id: last.deadLetterId }) : null };
  }
}

/** As many as a reply has room for, at least one. */
function fitting(letters: readonly DeadLetter[]): DeadLetter[] {
  let bytes = 0;
  return letters.filter((letter, index) => {
    bytes += Buffer.byteLength(JSON.stringify(letter));
    return index === 0 || bytes <= replyRoomBytes;
  });
}
