import { z } from 'zod';
import * as v from './values.js';

const fields = {
  type: z.enum(['TimeEntry', 'ExpenseEntry', 'HardCostEntry', 'SoftCostEntry']),
  date: v.date,
  quantity: v.amount.min(0).describe('Seconds of a TimeEntry, pieces of an expense.'),
  price: v.amount.describe('The rate of an hour, or the amount of an expense.'),
  note: v.clearableText,
  reference: v.clearableText,
  matter: v.association,
  user: v.clearableAssociation.describe('Whoever connected the account, where nobody is named.'),
  activity_description: z.strictObject({
    id: v.id.optional(),
    utbms_task_id: v.id.optional(),
    utbms_activity_id: v.id.optional(),
  }),
  expense_category: v.clearableAssociation,
  vendor: v.clearableAssociation,
  non_billable: v.flag,
  no_charge: v.flag,
  tax_setting: z.enum(['no_tax', 'tax_1_only', 'tax_2_only', 'tax_1_and_tax_2']),
  start_timer: v.flag,
  calendar_entry: v.association,
  client_portal: v.association,
  communication: v.association,
  contact_note: v.association,
  matter_note: v.association,
  task: v.association,
  text_message_conversation: v.association,
  utbms_expense: v.association,
};

/** Everything that POST /activities.json takes. */
export const activityCreate = z
  .strictObject(fields)
  .partial()
  .required({ type: true, date: true })
  .meta({
    id: 'ClioActivityCreate',
    description: 'A new time entry or expense, in the words of Clio.',
    example: { type: 'TimeEntry', date: '2026-11-18', quantity: 5400, price: 250, matter: { id: 1420 }, note: 'Call' },
  });

/** Everything that PATCH /activities/{id}.json takes. An activity that was billed is locked. */
export const activityUpdate = z
  .strictObject(fields)
  .partial()
  .refine(v.isNotEmpty, v.emptyMessage)
  .meta({
    id: 'ClioActivityUpdate',
    description: 'What to change of a time entry or expense, in the words of Clio. One that was billed is locked.',
    example: { quantity: 7200, note: 'Call with the client' },
  });
