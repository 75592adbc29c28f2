import { z } from 'zod';
import {
  bankAccountMention,
  billMention,
  clioIdSchema,
  currencyMention,
  date,
  decimal,
  flag,
  instant,
  list,
  matterInCurrency,
  matterMention,
  mention,
  named,
  stamps,
  text,
  whole,
} from './values.js';

export const currency = {
  fields: 'id,etag,code,sign,created_at,updated_at',
  record: z.looseObject({ id: clioIdSchema, ...stamps, code: text, sign: text }),
};

export const bill = {
  fields:
    'id,etag,number,subject,memo,purchase_order,type,kind,state,issued_at,due_at,start_at,end_at,paid_at,last_sent_at,' +
    'tax_rate,secondary_tax_rate,sub_total,tax_sum,secondary_tax_sum,total_tax,total,paid,pending,due,balance,' +
    'credits_issued,created_at,updated_at,currency{id,code},client{id,name},matters{id,display_number},user{id,name},' +
    'group{id,name},destination_account{id,name,currency}',
  record: z.looseObject({
    id: clioIdSchema,
    ...stamps,
    number: text,
    subject: text,
    memo: text,
    purchase_order: text,
    type: text,
    kind: text,
    state: text,
    issued_at: date,
    due_at: date,
    start_at: date,
    end_at: date,
    paid_at: instant,
    last_sent_at: instant,
    tax_rate: decimal,
    secondary_tax_rate: decimal,
    sub_total: decimal,
    tax_sum: decimal,
    secondary_tax_sum: decimal,
    total_tax: decimal,
    total: decimal,
    paid: decimal,
    pending: decimal,
    due: decimal,
    balance: decimal,
    credits_issued: decimal,
    currency: currencyMention,
    client: named,
    matters: list({ display_number: text }),
    user: named,
    group: named,
    destination_account: bankAccountMention,
  }),
};

export const billLineItem = {
  fields:
    'id,etag,type,kind,description,note,date,quantity,price,sub_total,tax,secondary_tax,total,group_ordering,created_at,' +
    'updated_at,bill{id,number},activity{id,type},matter{id,display_number,currency},user{id,name}',
  record: z.looseObject({
    id: clioIdSchema,
    ...stamps,
    type: text,
    kind: text,
    description: text,
    note: text,
    date,
    /** Hours, unlike the quantity of the activity behind it. */
    quantity: decimal,
    price: decimal,
    sub_total: decimal,
    tax: decimal,
    secondary_tax: decimal,
    total: decimal,
    group_ordering: whole,
    bill: billMention,
    activity: mention({ type: text }),
    matter: mention(matterInCurrency),
    user: named,
  }),
};

export const interestCharge = {
  fields: 'id,etag,date,description,total,created_at,updated_at,bill{id,number},matters{id,display_number,currency}',
  record: z.looseObject({
    id: clioIdSchema,
    ...stamps,
    date,
    description: text,
    total: decimal,
    bill: billMention,
    matters: list(matterInCurrency),
  }),
};

export const creditMemo = {
  fields:
    'id,etag,date,amount,description,discount,voided_at,created_at,updated_at,contact{id,name,currency},user{id,name}',
  record: z.looseObject({
    id: clioIdSchema,
    ...stamps,
    date,
    amount: decimal,
    description: text,
    discount: flag,
    voided_at: instant,
    contact: mention({ name: text, currency: currencyMention }),
    user: named,
  }),
};

export const allocation = {
  fields:
    'id,etag,date,amount,description,interest,voided_at,payment_type,has_online_payment,created_at,updated_at,' +
    'bill{id,number},matter{id,display_number},contact{id,name},parent{id,type,identifier},' +
    'source_bank_account{id,name,currency},destination_bank_account{id,name,currency}',
  record: z.looseObject({
    id: clioIdSchema,
    ...stamps,
    date,
    amount: decimal,
    description: text,
    interest: flag,
    voided_at: instant,
    payment_type: text,
    has_online_payment: flag,
    bill: billMention,
    matter: matterMention,
    contact: named,
    /** A recorded payment (listed nowhere else) or a credit memo. */
    parent: mention({ type: text, identifier: text }),
    source_bank_account: bankAccountMention,
    destination_bank_account: bankAccountMention,
  }),
};

/** An online payment. It has no etag and cannot be read incrementally. */
export const payment = {
  fields:
    'id,state,amount,currency,description,email_address,confirmation_number,deposit_as_revenue,created_at,updated_at,' +
    'contact{id,name},user{id,name},destination_account{id,name},bank_transaction{id},allocations{id,amount},' +
    'bills{id,number},matters{id,display_number}',
  record: z.looseObject({
    id: clioIdSchema,
    created_at: instant,
    updated_at: instant,
    state: text,
    amount: decimal,
    /** ISO 4217 code. */
    currency: text,
    description: text,
    email_address: text,
    confirmation_number: text,
    deposit_as_revenue: flag,
    contact: named,
    user: named,
    destination_account: named,
    bank_transaction: mention({}),
    allocations: list({ amount: decimal }),
    bills: list({ number: text }),
    matters: list({ display_number: text }),
  }),
};
