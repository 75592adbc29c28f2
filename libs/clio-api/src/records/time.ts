import { z } from 'zod';
import {
  billMention,
  clioIdSchema,
  currencyMention,
  date,
  decimal,
  flag,
  matterMention,
  named,
  stamps,
  text,
} from './values.js';

export const activityDescription = {
  fields:
    'id,etag,name,default,type,category_type,accessible_to_user,visible_to_co_counsel,created_at,updated_at,' +
    'rate{amount,type}',
  record: z.looseObject({
    id: clioIdSchema,
    ...stamps,
    name: text,
    default: flag,
    type: text,
    category_type: text,
    accessible_to_user: flag,
    visible_to_co_counsel: flag,
    rate: z.looseObject({ amount: decimal, type: text }).nullish(),
  }),
};

export const expenseCategory = {
  fields: 'id,etag,name,entry_type,rate,accessible_to_user,tax_setting,created_at,updated_at,currency{id,code}',
  record: z.looseObject({
    id: clioIdSchema,
    ...stamps,
    name: text,
    entry_type: text,
    rate: decimal,
    accessible_to_user: flag,
    tax_setting: text,
    currency: currencyMention,
  }),
};

export const activity = {
  fields:
    'id,etag,type,date,quantity,rounded_quantity,quantity_in_hours,rounded_quantity_in_hours,quantity_redacted,price,' +
    'total,note,flat_rate,billed,on_bill,non_billable,non_billable_total,no_charge,reference,created_at,updated_at,' +
    'currency{id,code},matter{id,display_number},user{id,name},bill{id,number},activity_description{id,name},' +
    'expense_category{id,name},vendor{id,name}',
  record: z.looseObject({
    id: clioIdSchema,
    ...stamps,
    type: text,
    date,
    /** Seconds for a TimeEntry, pieces for an expense. */
    quantity: decimal,
    rounded_quantity: decimal,
    quantity_in_hours: decimal,
    rounded_quantity_in_hours: decimal,
    quantity_redacted: flag,
    price: decimal,
    total: decimal,
    note: text,
    flat_rate: flag,
    billed: flag,
    on_bill: flag,
    non_billable: flag,
    non_billable_total: decimal,
    no_charge: flag,
    reference: text,
    currency: currencyMention,
    matter: matterMention,
    user: named,
    bill: billMention,
    activity_description: named,
    expense_category: named,
    vendor: named,
  }),
};
