import { type Collection, idOf, kindOf, Ref, rowKinds } from '../data/collection.js';
import type { Firm } from '../data/firm.js';
import { allocationLayout, bankTransactionLayout, creditMemoLayout, paymentLayout } from '../data/layout.js';
import { dateText, days, money } from '../data/values.js';
import { billAmounts, issuedMs, paidMs } from './bill-amounts.js';
import { emailAddresses } from './contacts.js';
import { clientOf } from './matter-facts.js';
import { currencyCode } from './reference.js';

/** Which bank transaction of the matter its payment is: those paid from trust have two before it. */
const paymentMovement: Readonly<Record<number, number>> = { 0: 0, 1: 1, 2: 0, 4: 0, 5: 2, 8: 0 };
const isOnline = (matter: number) => matter % 10 === 0 || matter % 10 === 4;
const isCredit = (matter: number) => matter % 10 === 6;
const isFromTrust = (matter: number) => matter % 10 === 5;

export function allocationCents(firm: Firm, matter: number): number {
  const amounts = billAmounts(firm, matter);
  return isCredit(matter) ? amounts.credits : amounts.paid;
}

function methodOf(matter: number): string | null {
  if (isCredit(matter)) return null;
  if (isOnline(matter)) return 'credit_card';
  return isFromTrust(matter) ? 'bank_account' : 'check';
}

/** A recorded payment has an id but no list; a credit memo has both (clio-api section 3.1, consequences). */
function parentOf(firm: Firm, index: number): object {
  const matter = allocationLayout.matterOf(index);
  if (isCredit(matter)) {
    const memo = creditMemoLayout.indexOf(matter) ?? 0;
    return { id: idOf(firm, kindOf('credit_memos'), memo), type: 'CreditMemo', identifier: `Credit memo ${memo + 1}` };
  }
  return { id: idOf(firm, rowKinds.recordedPayment, index), type: 'Payment', identifier: `Payment ${index + 1}` };
}

const allocationMatter = (index: number) => allocationLayout.matterOf(index);

export const allocationCollection: Collection = {
  name: 'allocations',
  shape: 'Allocation',
  path: '/allocations.json',
  count: (firm) => allocationLayout.count(firm.counts.matters),
  createdMs: (firm, index) => paidMs(firm, allocationMatter(index)),
  fields: {
    date: (firm, index) => dateText(paidMs(firm, allocationMatter(index))),
    amount: (firm, index) => money(allocationCents(firm, allocationMatter(index))),
    interest: () => false,
    description: (_firm, index) => (isCredit(allocationMatter(index)) ? 'Courtesy credit' : 'Payment of bill'),
    has_online_payment: (_firm, index) => isOnline(allocationMatter(index)),
    destroyable: (_firm, index) => !isOnline(allocationMatter(index)),
    payment_type: (_firm, index) => methodOf(allocationMatter(index)),
    bill: (_firm, index) => new Ref('bills', allocationMatter(index)),
    matter: (_firm, index) => new Ref('matters', allocationMatter(index)),
    contact: (firm, index) => new Ref('contacts', clientOf(firm, allocationMatter(index))),
    parent: parentOf,
    source_bank_account: (_firm, index) => (isFromTrust(allocationMatter(index)) ? new Ref('bank_accounts', 1) : null),
    destination_bank_account: (_firm, index) =>
      isCredit(allocationMatter(index)) ? null : new Ref('bank_accounts', 0),
  },
};

export const creditMemoCollection: Collection = {
  name: 'credit_memos',
  shape: 'CreditMemo',
  path: '/credit_memos.json',
  count: (firm) => creditMemoLayout.count(firm.counts.matters),
  createdMs: (firm, index) => paidMs(firm, creditMemoLayout.matterOf(index)),
  fields: {
    date: (firm, index) => dateText(paidMs(firm, creditMemoLayout.matterOf(index))),
    amount: (firm, index) => money(billAmounts(firm, creditMemoLayout.matterOf(index)).credits),
    description: () => 'Courtesy credit',
    discount: (_firm, index) => index % 2 === 1,
    user: () => new Ref('users', 0),
    contact: (firm, index) => new Ref('contacts', clientOf(firm, creditMemoLayout.matterOf(index))),
    allocations: (_firm, index) => {
      const allocation = allocationLayout.indexOf(creditMemoLayout.matterOf(index));
      return allocation === null ? [] : [new Ref('allocations', allocation)];
    },
  },
};

/** The bank transaction that a payment made, if it got so far. */
export function bankTransactionOf(matter: number): Ref | null {
  const movement = paymentMovement[matter % 10];
  const index = movement === undefined ? null : bankTransactionLayout.indexOf(matter, movement);
  return index === null ? null : new Ref('bank_transactions', index);
}

const paymentMatter = (index: number) => paymentLayout.matterOf(index);
const hasFailed = (index: number) => paymentMatter(index) % 10 === 2;

/** Whether only online payments are listed is UNCONFIRMED (clio-api section 3.1, consequences). */
export function isOnlinePayment(index: number): boolean {
  return isOnline(paymentMatter(index)) || hasFailed(index);
}

/** Clio Payments: no etag, no order, no updated_since (clio-api section 0, item 5). */
export const paymentCollection: Collection = {
  name: 'payments',
  shape: 'ClioPaymentsPayment',
  path: '/clio_payments/payments.json',
  webhookModel: 'clio_payments_payment',
  count: (firm) => paymentLayout.count(firm.counts.matters),
  createdMs: (firm, index) =>
    hasFailed(index) ? issuedMs(firm, paymentMatter(index)) + days(3) : paidMs(firm, paymentMatter(index)) - 600_000,
  fields: {
    amount: (firm, index) => money(billAmounts(firm, paymentMatter(index)).total),
    currency: currencyCode,
    state: (_firm, index) => (hasFailed(index) ? 'failed' : 'completed'),
    confirmation_number: (_firm, index) => (hasFailed(index) ? null : `CP${100_000 + index}`),
    deposit_as_revenue: () => false,
    description: (_firm, index) => `Payment of bill ${1001 + paymentMatter(index)}`,
    email_address: (firm, index) => emailAddresses(firm, clientOf(firm, paymentMatter(index)))[0]?.address ?? null,
    bank_transaction: (_firm, index) => (hasFailed(index) ? null : bankTransactionOf(paymentMatter(index))),
    contact: (firm, index) => new Ref('contacts', clientOf(firm, paymentMatter(index))),
    destination_account: () => new Ref('bank_accounts', 0),
    user: () => new Ref('users', 0),
    allocations: (_firm, index) => {
      const allocation = hasFailed(index) ? null : allocationLayout.indexOf(paymentMatter(index));
      return allocation === null ? [] : [new Ref('allocations', allocation)];
    },
    bills: (_firm, index) => [new Ref('bills', paymentMatter(index))],
    matters: (_firm, index) => [new Ref('matters', paymentMatter(index))],
  },
};
