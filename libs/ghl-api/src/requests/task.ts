import { z } from 'zod';

const required = { title: z.string().min(1), dueDate: z.iso.datetime({ offset: true }), completed: z.boolean() };
const optional = { body: z.string().optional(), assignedTo: z.string().optional() };

export const createTaskSchema = z.strictObject({ ...required, ...optional });
export type CreateGhlTask = z.input<typeof createTaskSchema>;

export const updateTaskSchema = z.strictObject({ ...z.object(required).partial().shape, ...optional });
export type UpdateGhlTask = z.input<typeof updateTaskSchema>;

export const completeTaskSchema = z.strictObject({ completed: z.boolean() });
export type CompleteGhlTask = z.input<typeof completeTaskSchema>;

export const searchTasksSchema = z.strictObject({
  contactId: z.array(z.string()).optional(),
  completed: z.boolean().optional(),
  assignedTo: z.array(z.string()).optional(),
  query: z.string().optional(),
  limit: z.number().int().min(1).optional(),
  skip: z.number().int().min(0).optional(),
  businessId: z.string().optional(),
});
export type SearchGhlTasks = z.input<typeof searchTasksSchema>;
