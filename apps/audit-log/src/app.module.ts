import { Module } from '@nestjs/common';
import { KeepProblem } from './application/keep-problem.js';
import { KeepTransaction } from './application/keep-transaction.js';
import { SearchProblems } from './application/search-problems.js';
import { SearchTransactions } from './application/search-transactions.js';
import { KeepProblemsHandler } from './inbound/messages/keep-problems.handler.js';
import { KeepTransactionsHandler } from './inbound/messages/keep-transactions.handler.js';
import { SearchHandler } from './inbound/messages/search.handler.js';

@Module({
  controllers: [KeepTransactionsHandler, KeepProblemsHandler, SearchHandler],
  providers: [KeepTransaction, KeepProblem, SearchTransactions, SearchProblems],
})
export class AuditLogModule {}
