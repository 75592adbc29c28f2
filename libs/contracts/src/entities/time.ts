import { z } from 'zod';
import { decimalSchema, isoDate, moneySchema, refTo } from './values.js';

export const activityDescriptionSchema = z
  .object({
    name: z.string(),
    category: z.string().nullable(),
    isDefault: z.boolean(),
  })
  .meta({ id: 'ActivityDescriptionState', description: 'A standard text for time entries.' });

export const expenseCategorySchema = z
  .object({
    name: z.string(),
    kind: z.string().nullable(),
    rate: decimalSchema.nullable(),
  })
  .meta({ id: 'ExpenseCategoryState', description: 'A kind of expense, with its usual price.' });

export const activitySchema = z
  .object({
    kind: z.enum(['time', 'expense', 'hard-cost', 'soft-cost']),
    date: isoDate,
    quantity: decimalSchema.nullable().describe('Hours for time entries, pieces for expenses.'),
    price: moneySchema.nullable().describe('Rate per hour or price per piece.'),
    total: moneySchema.nullable(),
    note: z.string().nullable(),
    billed: z.boolean(),
    onBill: z.boolean(),
    nonBillable: z.boolean(),
    noCharge: z.boolean(),
    quantityRedacted: z
      .boolean()
      .describe(
        'True when the provider hid the hours from the connected user; quantity is null then and does not mean zero.',
      ),
    matter: refTo('matter').nullable(),
    user: refTo('user').nullable(),
    bill: refTo('bill').nullable(),
    activityDescription: refTo('activity-description').nullable(),
    expenseCategory: refTo('expense-category').nullable(),
    vendor: refTo('contact').nullable(),
  })
  .meta({ id: 'ActivityState', description: 'Time worked or money spent on a matter, billed or not.' });
