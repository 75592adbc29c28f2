import { countEntities, type Entity, type EntityCounts } from '@firmbridge/api-client';
import { answerOf } from '../../api/problem.js';
import { RemoteValue } from '../../api/remote-value.js';

export const entityCounts = new RemoteValue<EntityCounts>(() => answerOf(countEntities()), 30_000);

/** Every type there is, in the order in which a firm thinks of them. */
export const entityNames: Readonly<Record<Entity['entityType'], string>> = {
  contact: 'Contacts',
  matter: 'Matters',
  opportunity: 'Opportunities',
  task: 'Tasks',
  note: 'Notes',
  activity: 'Activities',
  bill: 'Bills',
  'bill-line-item': 'Bill lines',
  payment: 'Payments',
  allocation: 'Allocations',
  'trust-transaction': 'Trust entries',
  'bank-transaction': 'Bank entries',
  'bank-account': 'Bank accounts',
  'credit-memo': 'Credit memos',
  'interest-charge': 'Interest',
  user: 'Users',
  group: 'Groups',
  'practice-area': 'Practice areas',
  'matter-stage': 'Matter stages',
  'activity-description': 'Activity kinds',
  'expense-category': 'Expense kinds',
  currency: 'Currencies',
  account: 'Accounts',
  pipeline: 'Pipelines',
  'pipeline-stage': 'Pipeline stages',
  'field-definition': 'Added fields',
  'custom-value': 'Custom values',
};
