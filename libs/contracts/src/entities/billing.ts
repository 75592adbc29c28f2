import { z } from 'zod';
import { decimalSchema, isoDate, isoInstant, moneySchema, refTo } from './values.js';

export const currencySchema = z
  .object({ code: z.string(), sign: z.string().nullable() })
  .meta({ id: 'CurrencyState', description: 'A currency the firm bills in.' });

export const billSchema = z
  .object({
    number: z.string().nullable(),
    subject: z.string().nullable(),
    memo: z.string().nullable(),
    state: z.enum(['draft', 'awaiting_approval', 'awaiting_payment', 'paid', 'void', 'deleted']),
    kind: z.string().nullable(),
    issuedOn: isoDate.nullable(),
    dueOn: isoDate.nullable(),
    startOn: isoDate.nullable(),
    endOn: isoDate.nullable(),
    paidAt: isoInstant.nullable(),
    subTotal: moneySchema.nullable(),
    tax: moneySchema.nullable(),
    total: moneySchema.nullable(),
    paid: moneySchema.nullable(),
    pending: moneySchema.nullable(),
    due: moneySchema.nullable(),
    balance: moneySchema.nullable(),
    creditsIssued: moneySchema.nullable(),
    client: refTo('contact').nullable(),
    user: refTo('user').nullable(),
    group: refTo('group').nullable(),
    destinationAccount: refTo('bank-account').nullable(),
    matters: z.array(refTo('matter')),
  })
  .meta({ id: 'BillState', description: 'A bill to a client, from draft to paid or void, with its totals.' });

export const billLineItemSchema = z
  .object({
    kind: z.string().nullable(),
    type: z.string().nullable(),
    description: z.string().nullable(),
    note: z.string().nullable(),
    date: isoDate.nullable(),
    quantity: decimalSchema.nullable().describe('Hours or pieces.'),
    price: moneySchema.nullable(),
    subTotal: moneySchema.nullable(),
    tax: moneySchema.nullable(),
    total: moneySchema.nullable(),
    bill: refTo('bill').nullable(),
    activity: refTo('activity').nullable(),
    matter: refTo('matter').nullable(),
    user: refTo('user').nullable(),
  })
  .meta({ id: 'BillLineItemState', description: 'One line of a bill: time, an expense, a discount or a flat fee.' });

export const interestChargeSchema = z
  .object({
    date: isoDate.nullable(),
    description: z.string().nullable(),
    total: moneySchema.nullable(),
    bill: refTo('bill').nullable(),
  })
  .meta({ id: 'InterestChargeState', description: 'Interest on an overdue bill.' });

export const creditMemoSchema = z
  .object({
    date: isoDate.nullable(),
    amount: moneySchema.nullable(),
    description: z.string().nullable(),
    isDiscount: z.boolean(),
    voidedAt: isoInstant.nullable(),
    contact: refTo('contact').nullable(),
    user: refTo('user').nullable(),
  })
  .meta({ id: 'CreditMemoState', description: 'A credit or discount granted to a client after billing.' });

export const allocationSchema = z
  .object({
    date: isoDate.nullable(),
    amount: moneySchema.nullable(),
    description: z.string().nullable(),
    isInterest: z.boolean(),
    voidedAt: isoInstant.nullable(),
    paymentType: z.string().nullable(),
    parent: z
      .object({ kind: z.enum(['payment', 'credit-memo']), sourceId: z.string() })
      .nullable()
      .describe("What was spread, by the provider's own id: it is no entity."),
    bill: refTo('bill').nullable(),
    matter: refTo('matter').nullable(),
    contact: refTo('contact').nullable(),
    sourceAccount: refTo('bank-account').nullable(),
    destinationAccount: refTo('bank-account').nullable(),
  })
  .meta({
    id: 'AllocationState',
    description:
      'How a recorded payment or a credit memo was spread over bills. Clio shows recorded payments only through these.',
  });

export const paymentSchema = z
  .object({
    state: z.string(),
    amount: moneySchema.nullable(),
    description: z.string().nullable(),
    email: z.string().nullable(),
    confirmationNumber: z.string().nullable(),
    depositAsRevenue: z.boolean(),
    contact: refTo('contact').nullable(),
    user: refTo('user').nullable(),
    destinationAccount: refTo('bank-account').nullable(),
    bankTransaction: refTo('bank-transaction').nullable(),
    allocations: z.array(refTo('allocation')),
    bills: z.array(refTo('bill')),
    matters: z.array(refTo('matter')),
  })
  .meta({ id: 'PaymentState', description: 'An online payment (Clio Payments).' });
