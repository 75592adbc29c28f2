import { type Collection, idOf, kindOf, Ref } from '../data/collection.js';
import { type Firm, pastStartsAt } from '../data/firm.js';
import { allocationLayout, bankMovements, bankTransactionLayout, trustLineItemLayout } from '../data/layout.js';
import { dateText, days, money } from '../data/values.js';
import { billAmounts, paidMs } from './bill-amounts.js';
import { clientOf, matterCreatedMs } from './matter-facts.js';
import { allocationCents } from './payments.js';
import { currencyCode, currencyRef } from './reference.js';

const operatingAccount = 0;
const trustAccount = 1;
const accounts = [
  { name: 'Operating', type: 'Operating', ledger: '1000' },
  { name: 'IOLTA Trust', type: 'Trust', ledger: '2000' },
  { name: 'Savings (Operating)', type: 'Operating', ledger: '1010' },
] as const;

type MovementKind = (typeof bankMovements)[number]['kind'];

const matterOf = (index: number) => bankTransactionLayout.matterOf(index);

function movementOf(index: number): MovementKind {
  return (bankMovements[bankTransactionLayout.slotOf(index)] as (typeof bankMovements)[number]).kind;
}

function accountOf(index: number): number {
  return movementOf(index) === 'payment' ? operatingAccount : trustAccount;
}

/** A retainer covers the bill that is paid from it and a little more. */
function depositCents(firm: Firm, matter: number): number {
  return matter % 10 === 5 ? billAmounts(firm, matter).total + 100_000 : 250_000;
}

function signedCents(firm: Firm, index: number): number {
  const matter = matterOf(index);
  if (movementOf(index) === 'trust-deposit') return depositCents(firm, matter);
  return movementOf(index) === 'trust-withdrawal' ? -allocationCents(firm, matter) : allocationCents(firm, matter);
}

function happenedMs(firm: Firm, index: number): number {
  const matter = matterOf(index);
  return movementOf(index) === 'trust-deposit' ? matterCreatedMs(firm, matter) + days(4) : paidMs(firm, matter);
}

const balancesByFirm = new WeakMap<Firm, Float64Array>();

/** Running balances in cents, summed once for a firm: the only figure here that depends on the records before it. */
function balances(firm: Firm): Float64Array {
  const known = balancesByFirm.get(firm);
  if (known) return known;
  const running = new Float64Array(bankTransactionLayout.count(firm.counts.matters));
  const account = [0, 0];
  for (let index = 0; index < running.length; index += 1) {
    const of = accountOf(index);
    account[of] = (account[of] ?? 0) + signedCents(firm, index);
    running[index] = account[of] ?? 0;
  }
  balancesByFirm.set(firm, running);
  return running;
}

function finalBalance(firm: Firm, account: number): number {
  const running = balances(firm);
  for (let index = running.length - 1; index >= 0; index -= 1) {
    if (accountOf(index) === account) return running[index] as number;
  }
  return 0;
}

export const bankAccountCollection: Collection = {
  name: 'bank_accounts',
  shape: 'BankAccount',
  path: '/bank_accounts.json',
  count: () => accounts.length,
  createdMs: (_firm, index) => pastStartsAt - days(450) + index * 60_000,
  fields: {
    name: (_firm, index) => accounts[index]?.name,
    type: (_firm, index) => accounts[index]?.type,
    general_ledger_number: (_firm, index) => accounts[index]?.ledger,
    account_number: (_firm, index) => `000000${index}`,
    holder: (firm) => firm.facts.name,
    institution: () => 'First Example Bank',
    balance: (firm, index) => money(finalBalance(firm, index)),
    bank_transactions_count: (firm, index) => transactionsOf(firm, index),
    clio_payments_enabled: (_firm, index) => index === operatingAccount,
    controlled_account: () => false,
    currency: currencyCode,
    currency_id: (firm) => idOf(firm, kindOf('currencies'), currencyRef(firm).index),
    currency_symbol: () => '$',
    default_account: (_firm, index) => index === operatingAccount,
    user: () => new Ref('users', 0),
  },
};

/** Counted block by block, without visiting the transactions. */
function transactionsOf(firm: Firm, account: number): number {
  const total = bankTransactionLayout.count(firm.counts.matters);
  const perBlock = bankMovements.length;
  const inBlock = bankMovements.filter((_, slot) => accountOf(slot) === account).length;
  const rest = bankMovements.slice(0, total % perBlock).filter((_, slot) => accountOf(slot) === account).length;
  return Math.floor(total / perBlock) * inBlock + rest;
}

const descriptions: Readonly<Record<MovementKind, string>> = {
  payment: 'Payment received',
  'trust-deposit': 'Retainer',
  'trust-withdrawal': 'Transfer to operating',
};

export const bankTransactionCollection: Collection = {
  name: 'bank_transactions',
  shape: 'BankTransaction',
  path: '/bank_transactions.json',
  count: (firm) => bankTransactionLayout.count(firm.counts.matters),
  createdMs: happenedMs,
  fields: {
    type: (_firm, index) => (movementOf(index) === 'trust-withdrawal' ? 'withdrawal' : 'deposit'),
    transaction_type: (_firm, index) => (movementOf(index) === 'trust-withdrawal' ? 'transfer' : 'deposit'),
    date: (firm, index) => dateText(happenedMs(firm, index)),
    amount: (firm, index) => money(signedCents(firm, index)),
    funds_in: (firm, index) => money(Math.max(0, signedCents(firm, index))),
    funds_out: (firm, index) => money(Math.max(0, -signedCents(firm, index))),
    current_account_balance: (firm, index) => money(balances(firm)[index] ?? 0),
    currency: currencyCode,
    currency_id: (firm) => idOf(firm, kindOf('currencies'), currencyRef(firm).index),
    exchange_rate: () => 1,
    description: (_firm, index) => descriptions[movementOf(index)],
    source: (_firm, index) => (matterOf(index) % 10 === 0 ? 'Clio Payments' : 'Client'),
    confirmation: (_firm, index) => (index % 3 === 0 ? `DEP-${10_000 + index}` : null),
    clio_payments_transaction: (_firm, index) => [0, 4].includes(matterOf(index) % 10),
    read_only_confirmation: () => false,
    bank_account_id: (firm, index) => idOf(firm, kindOf('bank_accounts'), accountOf(index)),
    bank_account: (_firm, index) => new Ref('bank_accounts', accountOf(index)),
    client: (firm, index) => new Ref('contacts', clientOf(firm, matterOf(index))),
    matter: (_firm, index) => new Ref('matters', matterOf(index)),
    bill: (_firm, index) => (movementOf(index) === 'trust-deposit' ? null : new Ref('bills', matterOf(index))),
    allocation: (_firm, index) => {
      const allocation = movementOf(index) === 'payment' ? allocationLayout.indexOf(matterOf(index)) : null;
      return allocation === null ? null : new Ref('allocations', allocation);
    },
  },
};

export const trustLineItemCollection: Collection = {
  name: 'trust_line_items',
  shape: 'TrustLineItem',
  path: '/trust_line_items.json',
  count: (firm) => trustLineItemLayout.count(firm.counts.matters),
  createdMs: (firm, index) => matterCreatedMs(firm, trustLineItemLayout.matterOf(index)) + days(3),
  fields: {
    date: (firm, index) => dateText(matterCreatedMs(firm, trustLineItemLayout.matterOf(index)) + days(3)),
    total: (firm, index) => money(depositCents(firm, trustLineItemLayout.matterOf(index))),
    note: () => 'Retainer held in trust',
    bill: (_firm, index) => new Ref('bills', trustLineItemLayout.matterOf(index)),
    matter: (_firm, index) => new Ref('matters', trustLineItemLayout.matterOf(index)),
    client: (firm, index) => new Ref('contacts', clientOf(firm, trustLineItemLayout.matterOf(index))),
  },
};
