import { z } from 'zod';
import { instant, optionalText } from './values.js';

export const ghlNoteSchema = z.looseObject({
  id: z.string().min(1),
  body: optionalText,
  userId: optionalText,
  contactId: optionalText,
  title: optionalText,
  dateAdded: instant,
  pinned: z.boolean().nullish(),
});
export type GhlNote = z.output<typeof ghlNoteSchema>;
export const ghlNoteReplySchema = z.looseObject({ note: ghlNoteSchema });
