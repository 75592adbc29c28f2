import { z } from 'zod';

const textBoxListOption = z.strictObject({ label: z.string().optional(), prefillValue: z.string().optional() });
const optional = {
  placeholder: z.string().optional(),
  acceptedFormat: z.array(z.string()).optional(),
  isMultipleFile: z.boolean().optional(),
  maxNumberOfFiles: z.number().int().optional(),
  textBoxListOptions: z.array(z.union([textBoxListOption, z.string()])).optional(),
  position: z.number().optional(),
  model: z.enum(['contact', 'opportunity']).optional(),
};

/** `fieldKey`, `parentId` and `description` are undocumented but confirmed by HighLevel's staff. */
export const createCustomFieldSchema = z.strictObject({
  ...optional,
  name: z.string().min(1),
  dataType: z.string().min(1),
  fieldKey: z.string().optional(),
  parentId: z.string().optional(),
  description: z.string().optional(),
});
export type CreateGhlCustomField = z.input<typeof createCustomFieldSchema>;

export const updateCustomFieldSchema = z.strictObject({ ...optional, name: z.string().min(1) });
export type UpdateGhlCustomField = z.input<typeof updateCustomFieldSchema>;
