import { z } from 'zod';
import { optionalText } from './values.js';

export const ghlUserSchema = z.looseObject({
  id: z.string().min(1),
  name: optionalText,
  firstName: optionalText,
  lastName: optionalText,
  email: optionalText,
  phone: optionalText,
  roles: z
    .looseObject({ type: optionalText, role: optionalText, locationIds: z.array(z.string()).nullish() })
    .nullish(),
  deleted: z.boolean().nullish(),
});
export type GhlUser = z.output<typeof ghlUserSchema>;
