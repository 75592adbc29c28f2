import { type Collection, idOf, kindOf, Ref, rowKinds } from '../data/collection.js';
import type { Firm } from '../data/firm.js';
import { interestChargeLayout, linesPerBill } from '../data/layout.js';
import { dateText, days, instantText, money } from '../data/values.js';
import { activityDayMs, hoursOrPieces, noteOf, priceCents, totalCents, userOfActivity } from './activities.js';
import {
  activityOfLine,
  type BillAmounts,
  billAmounts,
  billOfLine,
  billStateOf,
  issuedMs,
  lineTaxCents,
  paidMs,
  taxPercent,
} from './bill-amounts.js';
import { attorneyOf, clientOf, matterCreatedMs } from './matter-facts.js';
import { displayNumber } from './matters.js';
import { currencyRef } from './reference.js';

const amount = (part: keyof BillAmounts) => (firm: Firm, index: number) => money(billAmounts(firm, index)[part]);
const isSent = (bill: number) => ['awaiting_payment', 'paid'].includes(billStateOf(bill));
const whenSent = (read: (firm: Firm, index: number) => unknown) => (firm: Firm, index: number) =>
  isSent(index) || billStateOf(index) === 'void' ? read(firm, index) : null;
const transitions: Readonly<Record<string, readonly string[]>> = {
  draft: ['awaiting_approval', 'awaiting_payment'],
  awaiting_approval: ['awaiting_payment'],
  awaiting_payment: ['void'],
};

export const billCollection: Collection = {
  name: 'bills',
  shape: 'Bill',
  path: '/bills.json',
  webhookModel: 'bill',
  count: (firm) => firm.counts.matters,
  createdMs: (firm, index) => issuedMs(firm, index) - days(1),
  fields: {
    number: (_firm, index) => String(1001 + index),
    subject: (firm, index) => `Services through ${dateText(issuedMs(firm, index))}`,
    memo: (_firm, index) => (index % 4 === 0 ? 'Payment due upon receipt.' : null),
    type: () => 'MatterBill',
    kind: () => 'revenue_kind',
    state: (_firm, index) => billStateOf(index),
    issued_at: whenSent((firm, index) => dateText(issuedMs(firm, index))),
    due_at: whenSent((firm, index) => dateText(issuedMs(firm, index) + days(30))),
    start_at: (firm, index) => dateText(matterCreatedMs(firm, index)),
    end_at: (firm, index) => dateText(issuedMs(firm, index) - days(2)),
    paid_at: (firm, index) => (billStateOf(index) === 'paid' ? instantText(firm, paidMs(firm, index)) : null),
    last_sent_at: whenSent((firm, index) => instantText(firm, issuedMs(firm, index) + 3_600_000)),
    tax_rate: (_firm, index) => taxPercent(index),
    secondary_tax_rate: () => 0,
    sub_total: amount('subTotal'),
    services_sub_total: amount('subTotal'),
    tax_sum: amount('tax'),
    secondary_tax_sum: () => 0,
    total_tax: amount('tax'),
    services_tax: amount('tax'),
    services_secondary_tax: () => 0,
    total: amount('total'),
    paid: amount('paid'),
    pending: (firm, index) => (isSent(index) ? 0 : amount('due')(firm, index)),
    due: amount('due'),
    balance: amount('due'),
    credits_issued: amount('credits'),
    can_update: (_firm, index) => !['paid', 'void'].includes(billStateOf(index)),
    shared: (_firm, index) => isSent(index),
    available_state_transitions: (_firm, index) => transitions[billStateOf(index)] ?? [],
    user: (firm, index) => new Ref('users', attorneyOf(firm, index)),
    client: (firm, index) => new Ref('contacts', clientOf(firm, index)),
    matters: (_firm, index) => [new Ref('matters', index)],
    group: () => new Ref('groups', 0),
    destination_account: () => new Ref('bank_accounts', 0),
    currency: currencyRef,
    balances: (firm, index) => [
      { id: idOf(firm, kindOf('bills'), index), type: 'Matter', ...owed(billAmounts(firm, index)) },
    ],
    matter_totals: (firm, index) => [
      { id: idOf(firm, kindOf('matters'), index), amount: amount('total')(firm, index) },
    ],
  },
};

function owed({ total, interest, due }: BillAmounts): object {
  return { amount: money(total), interest_amount: money(interest), due: money(due) };
}

export const lineItemCollection: Collection = {
  name: 'bill_line_items',
  shape: 'LineItem',
  path: '/line_items.json',
  count: (firm) => firm.counts.matters * linesPerBill,
  createdMs: (firm, index) => issuedMs(firm, billOfLine(index)) - days(1),
  fields: {
    type: () => 'ActivityLineItem',
    kind: (_firm, index) => (index % linesPerBill === 4 ? 'Expense' : 'Service'),
    description: (firm, index) => `${displayNumber(firm, billOfLine(index))}: ${noteOf(firm, activityOfLine(index))}`,
    note: (firm, index) => noteOf(firm, activityOfLine(index)),
    date: (firm, index) => dateText(activityDayMs(firm, activityOfLine(index))),
    // Hours, not the seconds of the activity (clio-api section 0, item 11).
    quantity: (firm, index) => hoursOrPieces(firm, activityOfLine(index)),
    price: (firm, index) => money(priceCents(firm, activityOfLine(index))),
    sub_total: (firm, index) => money(totalCents(firm, activityOfLine(index))),
    tax: (firm, index) => money(lineTaxCents(firm, index)),
    secondary_tax: () => 0,
    total: (firm, index) => money(totalCents(firm, activityOfLine(index)) + lineTaxCents(firm, index)),
    taxable: (_firm, index) => taxPercent(billOfLine(index)) > 0,
    secondary_taxable: () => false,
    group_ordering: (_firm, index) => (index % linesPerBill) + 1,
    bill: (_firm, index) => new Ref('bills', billOfLine(index)),
    activity: (_firm, index) => new Ref('activities', activityOfLine(index)),
    matter: (_firm, index) => new Ref('matters', billOfLine(index)),
    user: (firm, index) => new Ref('users', userOfActivity(firm, activityOfLine(index))),
  },
};

export const interestChargeCollection: Collection = {
  name: 'interest_charges',
  shape: 'InterestCharge',
  path: '/interest_charges.json',
  count: (firm) => interestChargeLayout.count(firm.counts.matters),
  createdMs: (firm, index) => issuedMs(firm, interestChargeLayout.matterOf(index)) + days(31),
  fields: {
    date: (firm, index) => dateText(issuedMs(firm, interestChargeLayout.matterOf(index)) + days(31)),
    description: () => 'Simple interest, 1.5 % for one month',
    total: (firm, index) => money(billAmounts(firm, interestChargeLayout.matterOf(index)).interest),
    bill: (_firm, index) => new Ref('bills', interestChargeLayout.matterOf(index)),
    matters: (_firm, index) => [new Ref('matters', interestChargeLayout.matterOf(index))],
    balances: (firm, index) => {
      const { interest } = billAmounts(firm, interestChargeLayout.matterOf(index));
      return [{ id: idOf(firm, rowKinds.task, index), type: 'Matter', amount: money(interest), due: money(interest) }];
    },
  },
};
