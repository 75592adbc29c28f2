import type { EntityType } from '@firmbridge/contracts';

/** Which entity a record of each Clio resource becomes. */
export const entityTypeOf = {
  who_am_i: 'account',
  users: 'user',
  groups: 'group',
  contacts: 'contact',
  practice_areas: 'practice-area',
  matter_stages: 'matter-stage',
  matters: 'matter',
  activity_descriptions: 'activity-description',
  expense_categories: 'expense-category',
  activities: 'activity',
  currencies: 'currency',
  bills: 'bill',
  bill_line_items: 'bill-line-item',
  interest_charges: 'interest-charge',
  credit_memos: 'credit-memo',
  allocations: 'allocation',
  payments: 'payment',
  bank_accounts: 'bank-account',
  bank_transactions: 'bank-transaction',
  trust_line_items: 'trust-transaction',
} as const satisfies Record<string, EntityType>;

/** The same for the resources of GoHighLevel. */
export const ghlEntityTypeOf = {
  users: 'user',
  custom_fields: 'field-definition',
  custom_values: 'custom-value',
  pipelines: 'pipeline',
  pipeline_stages: 'pipeline-stage',
  contacts: 'contact',
  opportunities: 'opportunity',
  tasks: 'task',
  notes: 'note',
} as const satisfies Record<string, EntityType>;

export type MappedGhlResource = keyof typeof ghlEntityTypeOf;
export type MappedResource = keyof typeof entityTypeOf;
export type EntityTypeOf<Resource extends MappedResource> = (typeof entityTypeOf)[Resource];
