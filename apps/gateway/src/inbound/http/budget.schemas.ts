import { budgetMessages } from '@firmbridge/contracts';
import { z } from 'zod';

export const connectionBudget = budgetMessages.connectionBudgetSchema;

export const newBudget = z
  .strictObject({ windows: budgetMessages.budgetWindowSettingsSchema.nullable() })
  .meta({ id: 'NewBudget', description: 'Every window of the provider once; null brings the usual budget back.' });
export type NewBudget = z.output<typeof newBudget>;
