import { decimalText } from '../decimals.js';
import { currencyCode, money } from '../money.js';
import { ref, refById } from '../references.js';
import { day, kebab, oneOf, text } from '../texts.js';
import { defineNormalizer } from './normalizer.js';

const accountKinds = ['operating', 'trust'] as const;

export const bankAccountNormalizer = defineNormalizer('bank_accounts', {
  version: 1,
  money: 'Of the account, else that of the firm.',
  notes: ['Numbers and holders of accounts are not asked for.'],
  title: (account) => account.name,
  normalize: (record, context) => ({
    name: text(record.name) ?? '',
    kind: text(record.type) === null ? null : oneOf('bank account type', kebab(record.type), accountKinds),
    balance: money(record.balance, currencyCode(record.currency, context.currency)),
    isDefault: record.default_account ?? false,
    user: ref('users', record.user),
  }),
});

export const bankTransactionNormalizer = defineNormalizer('bank_transactions', {
  version: 1,
  money: 'Of the transaction, else that of the firm.',
  notes: ['`exchangeRate` is a decimal.'],
  title: (transaction) => transaction.description ?? transaction.source,
  normalize: (record, context) => {
    const currency = currencyCode(record.currency, context.currency);
    return {
      kind: kebab(record.transaction_type ?? record.type),
      date: day(record.date),
      amount: money(record.amount, currency),
      fundsIn: money(record.funds_in, currency),
      fundsOut: money(record.funds_out, currency),
      exchangeRate:
        record.exchange_rate === null || record.exchange_rate === undefined ? null : decimalText(record.exchange_rate),
      description: text(record.description),
      source: text(record.source),
      confirmation: text(record.confirmation),
      bankAccount: ref('bank_accounts', record.bank_account) ?? refById('bank_accounts', record.bank_account_id),
      client: ref('contacts', record.client),
      matter: ref('matters', record.matter),
      bill: ref('bills', record.bill),
      allocation: ref('allocations', record.allocation),
    };
  },
});

export const trustTransactionNormalizer = defineNormalizer('trust_line_items', {
  version: 1,
  money: 'Of its matter, else that of the firm.',
  title: (transaction) => transaction.note,
  normalize: (record, context) => {
    const currency = currencyCode(record.matter?.currency?.code, context.currency);
    return {
      date: day(record.date),
      total: money(record.total, currency),
      note: text(record.note),
      bill: ref('bills', record.bill),
      matter: ref('matters', record.matter),
      client: ref('contacts', record.client),
    };
  },
});
