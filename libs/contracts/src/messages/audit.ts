import { z } from 'zod';
import { defineQuery } from '../message.js';
import { providerSchema } from '../providers.js';
import { problemRaised, providerCallAttempted } from './sync.js';

export const transactionSchema = providerCallAttempted.data
  .extend({ transactionId: z.uuid(), correlationId: z.uuid(), actor: z.string() })
  .meta({ id: 'Transaction' });
export type Transaction = z.output<typeof transactionSchema>;

export const problemSchema = problemRaised.data
  .extend({ problemId: z.uuid(), correlationId: z.uuid(), occurredAt: z.iso.datetime() })
  .meta({ id: 'Problem' });

const page = { limit: z.int().min(1).max(50), cursor: z.string().nullable() };

export const searchTransactions = defineQuery({
  name: 'audit-log.search-transactions.v1',
  summary: 'Attempts of provider calls, newest first.',
  data: z.object({
    ...page,
    connectionId: z.uuid().nullable(),
    provider: providerSchema.nullable(),
    correlationId: z.uuid().nullable(),
    failedOnly: z.boolean(),
    text: z.string().max(200).nullable(),
  }),
  reply: z.object({ transactions: z.array(transactionSchema), nextCursor: z.string().nullable() }),
});

export const searchProblems = defineQuery({
  name: 'audit-log.search-problems.v1',
  summary: 'Failures a person should know of, newest first.',
  data: z.object({ ...page, runId: z.uuid().nullable() }),
  reply: z.object({ problems: z.array(problemSchema), nextCursor: z.string().nullable() }),
});
