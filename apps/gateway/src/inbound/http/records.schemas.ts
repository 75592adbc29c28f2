import { auditMessages, providerSchema } from '@firmbridge/contracts';
import { z } from 'zod';
import { flagParameter, pageParameters } from './page.schemas.js';

export const transactionsQuery = z.strictObject({
  connectionId: z.uuid().optional(),
  provider: providerSchema.optional(),
  correlationId: z.uuid().optional(),
  failedOnly: flagParameter,
  text: z.string().trim().min(1).max(200).optional().describe('Part of the operation or path.'),
  ...pageParameters,
});
export type TransactionsQuery = z.output<typeof transactionsQuery>;
export const transactionList = auditMessages.searchTransactions.reply.meta({ id: 'TransactionList' });
export type TransactionList = z.output<typeof transactionList>;

export const problemsQuery = z.strictObject({ runId: z.uuid().optional(), ...pageParameters });
export type ProblemsQuery = z.output<typeof problemsQuery>;
export const problem = auditMessages.problemSchema
  .extend({ advice: z.string().describe('What a person should do.') })
  .meta({ id: 'Problem' });
export const problemList = z
  .object({ problems: z.array(problem), nextCursor: z.string().nullable() })
  .meta({ id: 'ProblemList' });
export type ProblemList = z.output<typeof problemList>;
