import { z } from 'zod';
import { optionalText } from './values.js';

/** `MONETORY` is HighLevel's spelling. */
export const ghlCustomFieldDataTypes = [
  'TEXT',
  'LARGE_TEXT',
  'NUMERICAL',
  'PHONE',
  'MONETORY',
  'CHECKBOX',
  'SINGLE_OPTIONS',
  'MULTIPLE_OPTIONS',
  'DATE',
  'TEXTBOX_LIST',
  'FILE_UPLOAD',
  'RADIO',
  'EMAIL',
] as const;
export type GhlCustomFieldDataType = (typeof ghlCustomFieldDataTypes)[number];

/** A definition, of a contact or an opportunity field. `dataType` stays a text: HighLevel types it as a free string. */
export const ghlCustomFieldSchema = z.looseObject({
  id: z.string().min(1),
  name: optionalText,
  /** `contact.snake_name` or `opportunity.snake_name`. */
  fieldKey: optionalText,
  dataType: optionalText,
  model: optionalText,
  placeholder: optionalText,
  position: z.number().nullish(),
  picklistOptions: z.array(z.unknown()).nullish(),
  isAllowedCustomOption: z.boolean().nullish(),
  locationId: optionalText,
});
export type GhlCustomField = z.output<typeof ghlCustomFieldSchema>;

export const ghlCustomFieldReplySchema = z.looseObject({ customField: ghlCustomFieldSchema });
