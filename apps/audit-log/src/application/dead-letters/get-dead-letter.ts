import { Injectable } from '@nestjs/common';
import { AppError, type auditMessages, type DataOf, type Message, type ReplyOf } from '@firmbridge/contracts';
import { Database } from '@firmbridge/database';
import { toUSVString } from 'node:util';
import { tenantToRead } from '../../domain/dead-letter-rights.js';
import { DeadLetterRepository } from '../../persistence/dead-letter.repository.js';
import { replyRoomBytes } from './reply-room.js';

type Question = typeof auditMessages.getDeadLetter;

/** One letter with its headers and as much of its body as a reply can hold. */
@Injectable()
export class GetDeadLetter {
  constructor(
    private readonly database: Database,
    private readonly letters: DeadLetterRepository,
  ) {}

  async execute({ tenantId: asking, actor, data }: Message<DataOf<Question>>): Promise<ReplyOf<Question>> {
    const tenantId = tenantToRead({ tenantId: asking, actor, scope: data.scope });
    const opened = await this.database.inTenant(tenantId, (tx) => this.letters.find(tx, tenantId, data.deadLetterId));
    if (opened === null) throw unknownLetter(data.deadLetterId);
    const { deadLetter, headers } = opened;
    const whole = opened.body.toString('utf8');
    const body = beginning(whole, replyRoomBytes - Buffer.byteLength(JSON.stringify({ deadLetter, headers })));
    return { deadLetter, headers, body, bodyIsComplete: deadLetter.bodyIsKept && body.length === whole.length };
  }
}

export function unknownLetter(deadLetterId: string): AppError {
  return new AppError('not_found', 'dead_letter.unknown', `There is no dead letter ${deadLetterId}.`);
}

/** As much of a text as has at most so many bytes in JSON, where one character may need six. */
function beginning(text: string, mostBytes: number): string {
  let part = text.slice(0, mostBytes);
  while (Buffer.byteLength(JSON.stringify(part)) > mostBytes) part = part.slice(0, Math.floor(part.length * 0.8));
  return toUSVString(part);
}
