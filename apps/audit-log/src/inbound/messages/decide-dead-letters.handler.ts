import { Controller } from '@nestjs/common';
import { auditMessages, type DataOf, type Message, type ReplyOf } from '@firmbridge/contracts';
import { Answers } from '@firmbridge/messaging';
import { DiscardDeadLetters } from '../../application/dead-letters/discard-dead-letters.js';
import { EditDeadLetter } from '../../application/dead-letters/edit-dead-letter.js';
import { ResendDeadLetters } from '../../application/dead-letters/resend-dead-letters.js';
import { ResendSchedule } from '../schedules/resend.schedule.js';

const { resendDeadLetters, discardDeadLetters, editDeadLetter } = auditMessages;

@Controller()
export class DecideDeadLettersHandler {
  constructor(
    private readonly resend: ResendDeadLetters,
    private readonly discard: DiscardDeadLetters,
    private readonly edit: EditDeadLetter,
    private readonly sending: ResendSchedule,
  ) {}

  @Answers(resendDeadLetters)
  async resendLetters(message: Message<DataOf<typeof resendDeadLetters>>): Promise<ReplyOf<typeof resendDeadLetters>> {
    const reply = await this.resend.execute(message);
    this.sending.wake();
    return reply;
  }

  @Answers(discardDeadLetters)
  discardLetters(message: Message<DataOf<typeof discardDeadLetters>>): Promise<ReplyOf<typeof discardDeadLetters>> {
    return this.discard.execute(message);
  }

  @Answers(editDeadLetter)
  editLetter(message: Message<DataOf<typeof editDeadLetter>>): Promise<ReplyOf<typeof editDeadLetter>> {
    return this.edit.execute(message);
  }
}
