import { z } from 'zod';
import { optionalText } from './values.js';

/** A constant of the location, for its templates. */
export const ghlCustomValueSchema = z.looseObject({
  id: z.string().min(1),
  name: optionalText,
  /** `{{ custom_values.snake_name }}`. */
  fieldKey: optionalText,
  value: optionalText,
  locationId: optionalText,
});
export type GhlCustomValue = z.output<typeof ghlCustomValueSchema>;
