import type { bankAccountSchema, bankTransactionSchema, trustTransactionSchema } from '../trust.js';
import { exampleEntityIds, exampleRef, usDollars, type EntityExample } from './example.js';

const bankAccount: EntityExample<typeof bankAccountSchema> = {
  entityId: exampleEntityIds['bank-account'],
  resource: 'bank_accounts',
  recordId: '15802',
  state: {
    name: 'Operating account',
    kind: 'operating',
    balance: usDollars(1_204_310),
    isDefault: true,
    user: exampleRef('user'),
  },
  update: { balance: usDollars(1_261_910) },
};

const bankTransaction: EntityExample<typeof bankTransactionSchema> = {
  entityId: exampleEntityIds['bank-transaction'],
  resource: 'bank_transactions',
  recordId: '93350147',
  state: {
    kind: 'deposit',
    date: '2026-11-18',
    amount: usDollars(57_600),
    fundsIn: usDollars(57_600),
    fundsOut: null,
    exchangeRate: '1.0',
    description: 'Payment of bill 118',
    source: 'Marisol Tenbrook',
    confirmation: null,
    bankAccount: exampleRef('bank-account'),
    client: exampleRef('contact'),
    matter: exampleRef('matter'),
    bill: exampleRef('bill'),
    allocation: null,
  },
  update: { confirmation: '2041', allocation: exampleRef('allocation') },
};

const trustTransaction: EntityExample<typeof trustTransactionSchema> = {
  entityId: exampleEntityIds['trust-transaction'],
  resource: 'trust_line_items',
  recordId: '60218844',
  state: {
    date: '2026-11-05',
    total: usDollars(150_000),
    note: 'Retainer',
    bill: exampleRef('bill'),
    matter: exampleRef('matter'),
    client: exampleRef('contact'),
  },
  update: { note: 'Retainer for the hearing' },
};

export const trustExamples = {
  'bank-account': bankAccount,
  'bank-transaction': bankTransaction,
  'trust-transaction': trustTransaction,
};
