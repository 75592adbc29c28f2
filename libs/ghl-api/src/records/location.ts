import { z } from 'zod';
import { optionalText } from './values.js';

/** A sub-account. There is no date of change. */
export const ghlLocationSchema = z.looseObject({
  id: z.string().min(1),
  companyId: optionalText,
  name: optionalText,
  email: optionalText,
  phone: optionalText,
  country: optionalText,
  timezone: optionalText,
  settings: z
    .looseObject({
      allowDuplicateContact: z.boolean().nullish(),
      allowDuplicateOpportunity: z.boolean().nullish(),
    })
    .nullish(),
});
export type GhlLocation = z.output<typeof ghlLocationSchema>;
export const ghlLocationReplySchema = z.looseObject({ location: ghlLocationSchema });
