import type { ClioRecord } from '@firmbridge/clio-api';
import type { EntityState } from '@firmbridge/contracts';
import { decimalText } from '../decimals.js';
import { currencyCode, money, sumOf } from '../money.js';
import { ref, refs } from '../references.js';
import { day, instant, kebab, oneOf, text } from '../texts.js';
import { defineNormalizer } from './normalizer.js';

export const currencyNormalizer = defineNormalizer('currencies', {
  version: 1,
  title: (currency) => currency.code,
  normalize: (record) => ({ code: text(record.code) ?? '', sign: text(record.sign) }),
});

const billStates = ['draft', 'awaiting_approval', 'awaiting_payment', 'paid', 'void', 'deleted'] as const;

export const billNormalizer = defineNormalizer('bills', {
  version: 1,
  money: 'Of the bill, else that of the firm.',
  notes: ['A bill may be about several matters.'],
  title: (bill) => text([bill.number, bill.subject].filter((part) => part !== null).join(' ')),
  normalize: (record, context) => {
    const currency = currencyCode(record.currency?.code, context.currency);
    return {
      number: text(record.number),
      subject: text(record.subject),
      memo: text(record.memo),
      state: oneOf('bill state', record.state, billStates),
      kind: text(record.kind),
      issuedOn: day(record.issued_at),
      dueOn: day(record.due_at),
      startOn: day(record.start_at),
      endOn: day(record.end_at),
      paidAt: instant(record.paid_at),
      subTotal: money(record.sub_total, currency),
      tax: money(record.total_tax, currency),
      total: money(record.total, currency),
      paid: money(record.paid, currency),
      pending: money(record.pending, currency),
      due: money(record.due, currency),
      balance: money(record.balance, currency),
      creditsIssued: money(record.credits_issued, currency),
      client: ref('contacts', record.client),
      user: ref('users', record.user),
      group: ref('groups', record.group),
      destinationAccount: ref('bank_accounts', record.destination_account),
      matters: refs('matters', record.matters),
    };
  },
});

/** A line has no currency of its own: it is in that of its matter. Its quantity is in hours, unlike an activity's. */
export const billLineItemNormalizer = defineNormalizer('bill_line_items', {
  version: 1,
  money: 'Of its matter, else that of the firm: a line has none of its own.',
  notes: ['`quantity` is in hours or pieces, unlike that of the activity behind it. `tax` is both taxes together.'],
  title: (line) => line.description ?? line.note,
  normalize: (record, context) => {
    const currency = currencyCode(record.matter?.currency?.code, context.currency);
    return {
      kind: kebab(record.kind),
      type: kebab(record.type),
      description: text(record.description),
      note: text(record.note),
      date: day(record.date),
      quantity: record.quantity === null || record.quantity === undefined ? null : decimalText(record.quantity),
      price: money(record.price, currency),
      subTotal: money(record.sub_total, currency),
      tax: sumOf([money(record.tax, currency), money(record.secondary_tax, currency)]),
      total: money(record.total, currency),
      bill: ref('bills', record.bill),
      activity: ref('activities', record.activity),
      matter: ref('matters', record.matter),
      user: ref('users', record.user),
    };
  },
});

export const interestChargeNormalizer = defineNormalizer('interest_charges', {
  version: 1,
  money: 'Of its first matter, else that of the firm.',
  title: (charge) => charge.description,
  normalize: (record, context) => {
    const currency = currencyCode(record.matters?.[0]?.currency?.code, context.currency);
    return {
      date: day(record.date),
      description: text(record.description),
      total: money(record.total, currency),
      bill: ref('bills', record.bill),
    };
  },
});

export const creditMemoNormalizer = defineNormalizer('credit_memos', {
  version: 1,
  money: 'Of its contact, else that of the firm.',
  title: (memo) => memo.description,
  normalize: (record, context) => {
    const currency = currencyCode(record.contact?.currency?.code, context.currency);
    return {
      date: day(record.date),
      amount: money(record.amount, currency),
      description: text(record.description),
      isDiscount: record.discount ?? false,
      voidedAt: instant(record.voided_at),
      contact: ref('contacts', record.contact),
      user: ref('users', record.user),
    };
  },
});

export const allocationNormalizer = defineNormalizer('allocations', {
  version: 1,
  money: 'Of the account the money came to, else of the one it came from, else that of the firm.',
  notes: [
    'Recorded payments come from allocations: no call of Clio lists them, so `parent` is their source id and no reference.',
    'Clio Payments come from `payments`.',
  ],
  title: (allocation) => allocation.description,
  normalize: (record, context) => {
    const currency = currencyCode(
      (record.destination_bank_account ?? record.source_bank_account)?.currency,
      context.currency,
    );
    return {
      date: day(record.date),
      amount: money(record.amount, currency),
      description: text(record.description),
      isInterest: record.interest ?? false,
      voidedAt: instant(record.voided_at),
      paymentType: text(record.payment_type),
      parent: parentOf(record),
      bill: ref('bills', record.bill),
      matter: ref('matters', record.matter),
      contact: ref('contacts', record.contact),
      sourceAccount: ref('bank_accounts', record.source_bank_account),
      destinationAccount: ref('bank_accounts', record.destination_bank_account),
    };
  },
});

/** No path of Clio's lists recorded payments, so the parent stays a source id and not a reference to an entity. */
function parentOf({ parent }: ClioRecord<'allocations'>): EntityState<'allocation'>['parent'] {
  const kind = kebab(parent?.type);
  if (parent?.id === null || parent?.id === undefined) return null;
  return kind === 'payment' || kind === 'credit-memo' ? { kind, sourceId: String(parent.id) } : null;
}

export const paymentNormalizer = defineNormalizer('payments', {
  version: 1,
  money: 'Of the payment, else that of the firm.',
  notes: ['Clio Payments (online payments) alone; recorded payments come from `allocations`.'],
  title: (payment) => payment.description ?? payment.confirmationNumber,
  normalize: (record, context) => ({
    state: text(record.state) ?? 'unknown',
    amount: money(record.amount, currencyCode(record.currency, context.currency)),
    description: text(record.description),
    email: text(record.email_address),
    confirmationNumber: text(record.confirmation_number),
    depositAsRevenue: record.deposit_as_revenue ?? false,
    contact: ref('contacts', record.contact),
    user: ref('users', record.user),
    destinationAccount: ref('bank_accounts', record.destination_account),
    bankTransaction: ref('bank_transactions', record.bank_transaction),
    allocations: refs('allocations', record.allocations),
    bills: refs('bills', record.bills),
    matters: refs('matters', record.matters),
  }),
});
