import { z } from 'zod';

const note = {
  userId: z.string().optional(),
  title: z.string().optional(),
  color: z.string().optional(),
  pinned: z.boolean().optional(),
};

export const createNoteSchema = z.strictObject({ ...note, body: z.string().min(1) });
export type CreateGhlNote = z.input<typeof createNoteSchema>;

export const updateNoteSchema = z.strictObject({ ...note, body: z.string().min(1).optional() });
export type UpdateGhlNote = z.input<typeof updateNoteSchema>;
