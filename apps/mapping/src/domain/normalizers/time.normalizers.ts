import type { ClioRecord } from '@firmbridge/clio-api';
import type { EntityState } from '@firmbridge/contracts';
import { decimalText, hoursText } from '../decimals.js';
import { Hidden } from '../hidden.js';
import { currencyCode, money } from '../money.js';
import { ref } from '../references.js';
import { day, kebab, oneOf, text } from '../texts.js';
import { defineNormalizer } from './normalizer.js';

export const activityDescriptionNormalizer = defineNormalizer('activity_descriptions', {
  version: 1,
  title: (description) => description.name,
  normalize: (record) => ({
    name: text(record.name) ?? '',
    category: kebab(record.category_type),
    isDefault: record.default ?? false,
  }),
});

export const expenseCategoryNormalizer = defineNormalizer('expense_categories', {
  version: 1,
  notes: ['`rate` is a decimal without a currency.'],
  title: (category) => category.name,
  normalize: (record) => ({
    name: text(record.name) ?? '',
    kind: kebab(record.entry_type),
    rate: record.rate === null || record.rate === undefined ? null : decimalText(record.rate),
  }),
});

const activityKinds = {
  TimeEntry: 'time',
  ExpenseEntry: 'expense',
  HardCostEntry: 'hard-cost',
  SoftCostEntry: 'soft-cost',
} as const satisfies Record<string, EntityState<'activity'>['kind']>;
const activityTypes = Object.keys(activityKinds) as (keyof typeof activityKinds)[];

export const activityNormalizer = defineNormalizer('activities', {
  version: 1,
  money: 'Of the activity, else that of the firm.',
  notes: [
    '`quantity` of a time entry is in hours; Clio counts seconds.',
    'Hours that the person who connected the account may not see never overwrite what is known.',
  ],
  title: (activity) => activity.note ?? `${activity.kind} ${activity.date}`,
  normalize: (record, context) => {
    const currency = currencyCode(record.currency?.code, context.currency);
    const quantityRedacted = record.quantity_redacted ?? false;
    return {
      kind: activityKinds[oneOf('activity type', record.type, activityTypes)],
      date: day(record.date) ?? '',
      quantity: quantityRedacted ? new Hidden(null) : quantityOf(record),
      price: money(record.price, currency),
      total: quantityRedacted ? new Hidden(null) : money(record.total, currency),
      note: text(record.note),
      billed: record.billed ?? false,
      onBill: record.on_bill ?? false,
      nonBillable: record.non_billable ?? false,
      noCharge: record.no_charge ?? false,
      quantityRedacted,
      matter: ref('matters', record.matter),
      user: ref('users', record.user),
      bill: ref('bills', record.bill),
      activityDescription: ref('activity_descriptions', record.activity_description),
      expenseCategory: ref('expense_categories', record.expense_category),
      vendor: ref('contacts', record.vendor),
    };
  },
});

/** Clio counts time in seconds and everything else in pieces. */
function quantityOf({ type, quantity }: ClioRecord<'activities'>): string | null {
  if (quantity === null || quantity === undefined) return null;
  return type === 'TimeEntry' ? hoursText(quantity) : decimalText(quantity);
}
