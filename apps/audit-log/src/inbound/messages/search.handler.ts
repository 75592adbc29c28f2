import { Controller } from '@nestjs/common';
import { auditMessages, type DataOf, type Message, type ReplyOf } from '@firmbridge/contracts';
import { Answers } from '@firmbridge/messaging';
import { SearchProblems } from '../../application/search-problems.js';
import { SearchTransactions } from '../../application/search-transactions.js';

const { searchTransactions, searchProblems } = auditMessages;

@Controller()
export class SearchHandler {
  constructor(
    private readonly transactions: SearchTransactions,
    private readonly problems: SearchProblems,
  ) {}

  @Answers(searchTransactions)
  findTransactions(message: Message<DataOf<typeof searchTransactions>>): Promise<ReplyOf<typeof searchTransactions>> {
    return this.transactions.execute(message);
  }

  @Answers(searchProblems)
  findProblems(message: Message<DataOf<typeof searchProblems>>): Promise<ReplyOf<typeof searchProblems>> {
    return this.problems.execute(message);
  }
}
