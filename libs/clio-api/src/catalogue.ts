import { z } from 'zod';
import * as billing from './records/billing.js';
import * as matters from './records/matters.js';
import * as people from './records/people.js';
import * as time from './records/time.js';
import * as trust from './records/trust.js';
import type { ClioWebhookModel } from './webhooks.js';

export interface ClioResource<Name extends string = string, Schema extends z.ZodType = z.ZodType> {
  readonly name: Name;
  /** Relative to `<origin>/api/v4`. */
  readonly listPath: string;
  /** The path answers one object instead of a list. */
  readonly single: boolean;
  /** With `{id}` in it; null where Clio has no such call. */
  readonly showPath: string | null;
  readonly fields: string;
  readonly pageSize: number;
  /** Only where the specification documents it; without it allocations and credit memos would leave cursor mode. */
  readonly order: 'id(asc)' | null;
  readonly updatedSince: boolean;
  readonly idsFilter: boolean;
  readonly record: Schema;
  /** How rarely it is polled, in turns: what seldom changes, or is read whole each time, leaves its calls to the others. */
  readonly pollEvery: number;
  readonly webhook: ClioWebhookModel | null;
}

interface Exceptions {
  showPath?: null;
  single?: true;
  order?: null;
  updatedSince?: false;
  idsFilter?: false;
  pollEvery?: number;
  webhook?: ClioWebhookModel;
}

function resource<Name extends string, Schema extends z.ZodType>(
  name: Name,
  listPath: string,
  shape: { fields: string; record: Schema },
  exceptions: Exceptions = {},
): ClioResource<Name, Schema> {
  return {
    name,
    listPath,
    single: false,
    showPath: listPath.replace(/\.json$/, '/{id}.json'),
    pageSize: 200,
    order: 'id(asc)',
    updatedSince: true,
    idsFilter: true,
    pollEvery: 1,
    webhook: null,
    ...shape,
    ...exceptions,
  };
}

/** The 20 resources of the seed: real paths, legal field names and the exceptions of clio-api.md section 3.1. */
export const clioResources = {
  who_am_i: resource('who_am_i', '/users/who_am_i.json', people.whoAmI, {
    single: true,
    showPath: null,
    order: null,
    updatedSince: false,
    idsFilter: false,
    pollEvery: 60,
  }),
  activities: resource('activities', '/activities.json', time.activity, { webhook: 'activity' }),
  activity_descriptions: resource('activity_descriptions', '/activity_descriptions.json', time.activityDescription, {
    order: null,
    pollEvery: 10,
  }),
  allocations: resource('allocations', '/allocations.json', billing.allocation),
  bank_accounts: resource('bank_accounts', '/bank_accounts.json', trust.bankAccount, { pollEvery: 5 }),
  bank_transactions: resource('bank_transactions', '/bank_transactions.json', trust.bankTransaction),
  bill_line_items: resource('bill_line_items', '/line_items.json', billing.billLineItem, {
    showPath: null,
    order: null,
  }),
  bills: resource('bills', '/bills.json', billing.bill, { webhook: 'bill' }),
  contacts: resource('contacts', '/contacts.json', people.contact, { webhook: 'contact' }),
  credit_memos: resource('credit_memos', '/credit_memos.json', billing.creditMemo),
  currencies: resource('currencies', '/currencies.json', billing.currency, {
    showPath: null,
    order: null,
    pollEvery: 60,
  }),
  expense_categories: resource('expense_categories', '/expense_categories.json', time.expenseCategory, {
    idsFilter: false,
    pollEvery: 10,
  }),
  groups: resource('groups', '/groups.json', people.group, { pollEvery: 10 }),
  interest_charges: resource('interest_charges', '/interest_charges.json', billing.interestCharge, {
    showPath: null,
    order: null,
  }),
  matter_stages: resource('matter_stages', '/matter_stages.json', matters.matterStage, {
    showPath: null,
    order: null,
    pollEvery: 10,
  }),
  matters: resource('matters', '/matters.json', matters.matter, { webhook: 'matter' }),
  payments: resource('payments', '/clio_payments/payments.json', billing.payment, {
    order: null,
    updatedSince: false,
    webhook: 'clio_payments_payment',
    pollEvery: 5,
  }),
  practice_areas: resource('practice_areas', '/practice_areas.json', matters.practiceArea, { pollEvery: 10 }),
  trust_line_items: resource('trust_line_items', '/trust_line_items.json', trust.trustLineItem, { showPath: null }),
  users: resource('users', '/users.json', people.user, { pollEvery: 10 }),
} as const;

export type ClioResourceName = keyof typeof clioResources;
export type ClioRecord<Name extends ClioResourceName = ClioResourceName> = z.output<
  (typeof clioResources)[Name]['record']
>;
export const clioResourceNames = Object.keys(clioResources) as ClioResourceName[];
export const clioResourceNameSchema = z.enum(clioResourceNames as [ClioResourceName, ...ClioResourceName[]]);

/** The path of one record, or null where Clio shows single records only inside a list (`ids[]`). */
export function clioShowPath(name: ClioResourceName, id: string): string | null {
  return clioResources[name].showPath?.replace('{id}', encodeURIComponent(id)) ?? null;
}
