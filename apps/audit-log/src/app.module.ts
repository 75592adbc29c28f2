import { Module } from '@nestjs/common';
import { ComposeReplacement } from './application/dead-letters/compose-replacement.js';
import { CountWaitingLetters } from './application/dead-letters/count-waiting-letters.js';
import { DiscardDeadLetters } from './application/dead-letters/discard-dead-letters.js';
import { EditDeadLetter } from './application/dead-letters/edit-dead-letter.js';
import { GetDeadLetter } from './application/dead-letters/get-dead-letter.js';
import { GroupDeadLetters } from './application/dead-letters/group-dead-letters.js';
import { KeepDeadLetter } from './application/dead-letters/keep-dead-letter.js';
import { PublishDueLetters } from './application/dead-letters/publish-due-letters.js';
import { ResendDeadLetters } from './application/dead-letters/resend-dead-letters.js';
import { SearchDeadLetters } from './application/dead-letters/search-dead-letters.js';
import { KeepProblem } from './application/keep-problem.js';
import { KeepTransaction } from './application/keep-transaction.js';
import { SearchProblems } from './application/search-problems.js';
import { SearchTransactions } from './application/search-transactions.js';
import { DeadLettersListener } from './inbound/messages/dead-letters.listener.js';
import { DecideDeadLettersHandler } from './inbound/messages/decide-dead-letters.handler.js';
import { KeepProblemsHandler } from './inbound/messages/keep-problems.handler.js';
import { KeepTransactionsHandler } from './inbound/messages/keep-transactions.handler.js';
import { ReadDeadLettersHandler } from './inbound/messages/read-dead-letters.handler.js';
import { SearchHandler } from './inbound/messages/search.handler.js';
import { WaitingLettersGauge } from './inbound/metrics/waiting-letters.gauge.js';
import { ResendSchedule } from './inbound/schedules/resend.schedule.js';
import { DeadLetterRepository } from './persistence/dead-letter.repository.js';
import { DecisionRepository } from './persistence/decision.repository.js';
import { DueLetterRepository } from './persistence/due-letter.repository.js';

const deadLetters = [
  KeepDeadLetter,
  SearchDeadLetters,
  GetDeadLetter,
  GroupDeadLetters,
  ResendDeadLetters,
  DiscardDeadLetters,
  ComposeReplacement,
  EditDeadLetter,
  PublishDueLetters,
  CountWaitingLetters,
  DeadLetterRepository,
  DecisionRepository,
  DueLetterRepository,
  DeadLettersListener,
  ResendSchedule,
  WaitingLettersGauge,
];

@Module({
  controllers: [
    KeepTransactionsHandler,
    KeepProblemsHandler,
    SearchHandler,
    ReadDeadLettersHandler,
    DecideDeadLettersHandler,
  ],
  providers: [KeepTransaction, KeepProblem, SearchTransactions, SearchProblems, ...deadLetters],
})
export class AuditLogModule {}
