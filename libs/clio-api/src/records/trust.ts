import { z } from 'zod';
import {
  billMention,
  clioIdSchema,
  date,
  decimal,
  flag,
  matterInCurrency,
  matterMention,
  mention,
  named,
  stamps,
  text,
} from './values.js';

/** Without the account and transit numbers: we have no use for them. */
export const bankAccount = {
  fields:
    'id,etag,name,type,balance,currency,currency_id,default_account,controlled_account,clio_payments_enabled,created_at,' +
    'updated_at,user{id,name}',
  record: z.looseObject({
    id: clioIdSchema,
    ...stamps,
    name: text,
    type: text,
    balance: decimal,
    /** ISO 4217 code. */
    currency: text,
    currency_id: decimal,
    default_account: flag,
    controlled_account: flag,
    clio_payments_enabled: flag,
    user: named,
  }),
};

export const bankTransaction = {
  fields:
    'id,etag,type,transaction_type,date,amount,funds_in,funds_out,current_account_balance,currency,currency_id,' +
    'exchange_rate,description,source,confirmation,clio_payments_transaction,bank_account_id,created_at,updated_at,' +
    'bank_account{id,name,type},client{id,name},matter{id,display_number},bill{id,number},allocation{id}',
  record: z.looseObject({
    id: clioIdSchema,
    ...stamps,
    type: text,
    transaction_type: text,
    date,
    amount: decimal,
    funds_in: decimal,
    funds_out: decimal,
    current_account_balance: decimal,
    /** ISO 4217 code. */
    currency: text,
    currency_id: clioIdSchema.nullish(),
    exchange_rate: decimal,
    description: text,
    source: text,
    confirmation: text,
    clio_payments_transaction: flag,
    bank_account_id: clioIdSchema.nullish(),
    bank_account: mention({ name: text, type: text }),
    client: named,
    matter: matterMention,
    bill: billMention,
    allocation: mention({}),
  }),
};

export const trustLineItem = {
  fields:
    'id,etag,date,total,note,created_at,updated_at,bill{id,number},matter{id,display_number,currency},client{id,name}',
  record: z.looseObject({
    id: clioIdSchema,
    ...stamps,
    date,
    total: decimal,
    note: text,
    bill: billMention,
    matter: mention(matterInCurrency),
    client: named,
  }),
};
