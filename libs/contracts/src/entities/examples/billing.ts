import type {
  allocationSchema,
  billLineItemSchema,
  billSchema,
  creditMemoSchema,
  currencySchema,
  interestChargeSchema,
  paymentSchema,
} from '../billing.js';
import { exampleEntityIds, exampleRef, usDollars, type EntityExample } from './example.js';

const currency: EntityExample<typeof currencySchema> = {
  entityId: exampleEntityIds.currency,
  resource: 'currencies',
  recordId: '1',
  state: { code: 'USD', sign: null },
  update: { sign: '$' },
};

const bill: EntityExample<typeof billSchema> = {
  entityId: exampleEntityIds.bill,
  resource: 'bills',
  recordId: '310775524',
  state: {
    number: '118',
    subject: 'Services in October',
    memo: null,
    state: 'awaiting_payment',
    kind: 'revenue_kind',
    issuedOn: '2026-11-02',
    dueOn: '2026-12-02',
    startOn: '2026-10-01',
    endOn: '2026-10-31',
    paidAt: null,
    subTotal: usDollars(57_600),
    tax: usDollars(0),
    total: usDollars(57_600),
    paid: usDollars(0),
    pending: usDollars(0),
    due: usDollars(57_600),
    balance: usDollars(57_600),
    creditsIssued: usDollars(0),
    client: exampleRef('contact'),
    user: exampleRef('user'),
    group: null,
    destinationAccount: exampleRef('bank-account'),
    matters: [exampleRef('matter')],
  },
  update: {
    state: 'paid',
    paidAt: '2026-11-18T15:20:00Z',
    paid: usDollars(57_600),
    due: usDollars(0),
    balance: usDollars(0),
  },
};

const billLineItem: EntityExample<typeof billLineItemSchema> = {
  entityId: exampleEntityIds['bill-line-item'],
  resource: 'bill_line_items',
  recordId: '884120067',
  state: {
    kind: 'service',
    type: 'activity-line-item',
    description: 'Drafting',
    note: 'Drafted the complaint',
    date: '2026-10-21',
    quantity: '1.5',
    price: usDollars(32_000),
    subTotal: usDollars(48_000),
    tax: usDollars(0),
    total: usDollars(48_000),
    bill: exampleRef('bill'),
    activity: exampleRef('activity'),
    matter: exampleRef('matter'),
    user: exampleRef('user'),
  },
  update: { quantity: '1.8', subTotal: usDollars(57_600), total: usDollars(57_600) },
};

const interestCharge: EntityExample<typeof interestChargeSchema> = {
  entityId: exampleEntityIds['interest-charge'],
  resource: 'interest_charges',
  recordId: '5519',
  state: {
    date: '2027-01-04',
    description: 'Interest on bill 118, 1.5 % a month',
    total: usDollars(864),
    bill: exampleRef('bill'),
  },
  update: { total: usDollars(720), description: 'Interest on bill 118, 1.25 % a month' },
};

const creditMemo: EntityExample<typeof creditMemoSchema> = {
  entityId: exampleEntityIds['credit-memo'],
  resource: 'credit_memos',
  recordId: '20931',
  state: {
    date: '2026-11-10',
    amount: usDollars(5_000),
    description: 'Courtesy for the delay',
    isDiscount: true,
    voidedAt: null,
    contact: exampleRef('contact'),
    user: exampleRef('user'),
  },
  update: { voidedAt: '2026-11-12T09:05:30Z' },
};

const allocation: EntityExample<typeof allocationSchema> = {
  entityId: exampleEntityIds.allocation,
  resource: 'allocations',
  recordId: '77120458',
  state: {
    date: '2026-11-18',
    amount: usDollars(57_600),
    description: null,
    isInterest: false,
    voidedAt: null,
    paymentType: 'Check',
    parent: { kind: 'payment', sourceId: '64008213' },
    bill: exampleRef('bill'),
    matter: exampleRef('matter'),
    contact: exampleRef('contact'),
    sourceAccount: null,
    destinationAccount: exampleRef('bank-account'),
  },
  update: { description: 'Check 2041' },
};

const payment: EntityExample<typeof paymentSchema> = {
  entityId: exampleEntityIds.payment,
  resource: 'payments',
  recordId: '4471902',
  state: {
    state: 'pending',
    amount: usDollars(57_600),
    description: 'Bill 118',
    email: 'marisol.tenbrook@mail.example',
    confirmationNumber: null,
    depositAsRevenue: true,
    contact: exampleRef('contact'),
    user: null,
    destinationAccount: exampleRef('bank-account'),
    bankTransaction: null,
    allocations: [],
    bills: [exampleRef('bill')],
    matters: [exampleRef('matter')],
  },
  update: {
    state: 'completed',
    confirmationNumber: 'JV-118-7Q2K',
    bankTransaction: exampleRef('bank-transaction'),
    allocations: [exampleRef('allocation')],
  },
};

export const billingExamples = {
  currency,
  bill,
  'bill-line-item': billLineItem,
  'interest-charge': interestCharge,
  'credit-memo': creditMemo,
  allocation,
  payment,
};
