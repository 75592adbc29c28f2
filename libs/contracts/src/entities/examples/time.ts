import type { activityDescriptionSchema, activitySchema, expenseCategorySchema } from '../time.js';
import { exampleEntityIds, exampleRef, usDollars, type EntityExample } from './example.js';

const activityDescription: EntityExample<typeof activityDescriptionSchema> = {
  entityId: exampleEntityIds['activity-description'],
  resource: 'activity_descriptions',
  recordId: '62018',
  state: { name: 'Drafting', category: 'time-entry', isDefault: false },
  update: { isDefault: true },
};

const expenseCategory: EntityExample<typeof expenseCategorySchema> = {
  entityId: exampleEntityIds['expense-category'],
  resource: 'expense_categories',
  recordId: '9345',
  state: { name: 'Court filing fee', kind: 'hard-cost', rate: '82.00' },
  update: { rate: '86.50' },
};

const activity: EntityExample<typeof activitySchema> = {
  entityId: exampleEntityIds.activity,
  resource: 'activities',
  recordId: '20417733195',
  state: {
    kind: 'time',
    date: '2026-10-21',
    quantity: '1.5',
    price: usDollars(32_000),
    total: usDollars(48_000),
    note: 'Drafted the complaint',
    billed: false,
    onBill: false,
    nonBillable: false,
    noCharge: false,
    quantityRedacted: false,
    matter: exampleRef('matter'),
    user: exampleRef('user'),
    bill: null,
    activityDescription: exampleRef('activity-description'),
    expenseCategory: null,
    vendor: null,
  },
  update: { quantity: '1.8', total: usDollars(57_600), onBill: true, bill: exampleRef('bill') },
};

export const timeExamples = {
  'activity-description': activityDescription,
  'expense-category': expenseCategory,
  activity,
};
