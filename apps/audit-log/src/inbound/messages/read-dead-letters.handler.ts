import { Controller } from '@nestjs/common';
import { auditMessages, type DataOf, type Message, type ReplyOf } from '@firmbridge/contracts';
import { Answers } from '@firmbridge/messaging';
import { GetDeadLetter } from '../../application/dead-letters/get-dead-letter.js';
import { GroupDeadLetters } from '../../application/dead-letters/group-dead-letters.js';
import { SearchDeadLetters } from '../../application/dead-letters/search-dead-letters.js';

const { searchDeadLetters, getDeadLetter, groupDeadLetters } = auditMessages;

@Controller()
export class ReadDeadLettersHandler {
  constructor(
    private readonly search: SearchDeadLetters,
    private readonly get: GetDeadLetter,
    private readonly group: GroupDeadLetters,
  ) {}

  @Answers(searchDeadLetters)
  findLetters(message: Message<DataOf<typeof searchDeadLetters>>): Promise<ReplyOf<typeof searchDeadLetters>> {
    return this.search.execute(message);
  }

  @Answers(getDeadLetter)
  openLetter(message: Message<DataOf<typeof getDeadLetter>>): Promise<ReplyOf<typeof getDeadLetter>> {
    return this.get.execute(message);
  }

  @Answers(groupDeadLetters)
  groupLetters(message: Message<DataOf<typeof groupDeadLetters>>): Promise<ReplyOf<typeof groupDeadLetters>> {
    return this.group.execute(message);
  }
}
