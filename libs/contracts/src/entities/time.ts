import { z } from 'zod';
import { decimalSchema, isoDate, moneySchema, refTo } from './values.js';

export const activityDescriptionSchema = z.object({
  name: z.string(),
  category: z.string().nullable(),
  isDefault: z.boolean(),
});

export const expenseCategorySchema = z.object({
  name: z.string(),
  kind: z.string().nullable(),
  rate: decimalSchema.nullable(),
});

export const activitySchema = z.object({
  kind: z.enum(['time', 'expense', 'hard-cost', 'soft-cost']),
  date: isoDate,
  /** Hours for time entries, pieces for expenses. */
  quantity: decimalSchema.nullable(),
  /** Rate per hour or price per piece. */
  price: moneySchema.nullable(),
  total: moneySchema.nullable(),
  note: z.string().nullable(),
  billed: z.boolean(),
  onBill: z.boolean(),
  nonBillable: z.boolean(),
  noCharge: z.boolean(),
  /** True when the provider hid the hours from the connected user; quantity is null then and does not mean zero. */
  quantityRedacted: z.boolean(),
  matter: refTo('matter').nullable(),
  user: refTo('user').nullable(),
  bill: refTo('bill').nullable(),
  activityDescription: refTo('activity-description').nullable(),
  expenseCategory: refTo('expense-category').nullable(),
  vendor: refTo('contact').nullable(),
});
