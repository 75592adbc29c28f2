import { z } from 'zod';
import { instant, optionalText } from './values.js';

export const ghlTaskSchema = z.looseObject({
  id: z.string().min(1),
  title: optionalText,
  body: optionalText,
  assignedTo: optionalText,
  dueDate: instant,
  completed: z.boolean().nullish(),
  contactId: optionalText,
});
export type GhlTask = z.output<typeof ghlTaskSchema>;
export const ghlTaskReplySchema = z.looseObject({ task: ghlTaskSchema });
