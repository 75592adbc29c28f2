import { listTransactions, type TransactionList } from '@firmbridge/api-client';
import { answerOf } from '../../api/problem.js';
import { RemoteValue } from '../../api/remote-value.js';

/** As many rows as the table has. */
export const shownTransactions = 12;

export const transactions = new RemoteValue<TransactionList>(
  () => answerOf(listTransactions({ query: { limit: shownTransactions } })),
  15_000,
);
