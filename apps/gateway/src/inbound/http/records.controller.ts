import { Get, Query } from '@nestjs/common';
import { ApiOperation } from '@nestjs/swagger';
import { auditMessages } from '@firmbridge/contracts';
import { AskPlatform } from '../../application/ask-platform.js';
import type { Caller as CallerFacts } from '../../domain/caller.js';
import { adviceFor } from '../../domain/problem-advice.js';
import { Access } from './access/access.js';
import { ApiController, Caller, Replies } from './api.decorators.js';
import * as schemas from './records.schemas.js';

const { searchTransactions, searchProblems } = auditMessages;

@ApiController('Records')
export class RecordsController {
  constructor(private readonly platform: AskPlatform) {}

  @Get('transactions')
  @Access('audit.read')
  @ApiOperation({ summary: 'Every attempt of every call to a provider' })
  @Replies(schemas.transactionList, { description: 'Newest first.' })
  listTransactions(
    @Query({ schema: schemas.transactionsQuery }) query: schemas.TransactionsQuery,
    @Caller() caller: CallerFacts,
  ): Promise<schemas.TransactionList> {
    const { connectionId, provider, correlationId, text, cursor, ...rest } = query;
    const question = {
      ...rest,
      connectionId: connectionId ?? null,
      provider: provider ?? null,
      correlationId: correlationId ?? null,
      text: text ?? null,
      cursor: cursor ?? null,
    };
    return this.platform.page(searchTransactions, question, caller);
  }

  @Get('problems')
  @Access('runs.read')
  @ApiOperation({ summary: 'What failed in a way a person should know of' })
  @Replies(schemas.problemList, { description: 'Newest first, with advice.' })
  async listProblems(
    @Query({ schema: schemas.problemsQuery }) { runId, limit, cursor }: schemas.ProblemsQuery,
    @Caller() caller: CallerFacts,
  ): Promise<schemas.ProblemList> {
    const question = { runId: runId ?? null, limit, cursor: cursor ?? null };
    const { problems, nextCursor } = await this.platform.page(searchProblems, question, caller);
    return { problems: problems.map((problem) => ({ ...problem, advice: adviceFor(problem.code) })), nextCursor };
  }
}
