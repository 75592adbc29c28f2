import { z } from 'zod';
import { customFieldWriteSchema } from './custom-field-write.js';

const text = z.string().optional();
const clearable = z.string().nullable().optional();
const dndSetting = z.strictObject({ status: z.enum(['active', 'inactive', 'permanent']), message: text, code: text });
const inboundDndSetting = z.strictObject({ status: z.enum(['active', 'inactive']), message: text });

/** Keys of the date versions; v3 writes `call, email, sms, whatsApp, gmb, fb`. */
export const dndSettingsSchema = z.strictObject({
  Call: dndSetting.optional(),
  Email: dndSetting.optional(),
  SMS: dndSetting.optional(),
  WhatsApp: dndSetting.optional(),
  GMB: dndSetting.optional(),
  FB: dndSetting.optional(),
});

const everywhere = {
  firstName: clearable,
  lastName: clearable,
  name: clearable,
  email: clearable,
  phone: clearable,
  address1: clearable,
  city: clearable,
  state: clearable,
  postalCode: text,
  website: clearable,
  timezone: clearable,
  dnd: z.boolean().optional(),
  dndSettings: dndSettingsSchema.optional(),
  inboundDndSettings: z.strictObject({ all: inboundDndSetting.optional() }).optional(),
  /** Replaces the whole set: use the tag calls to add or remove. */
  tags: z.array(z.string()).optional(),
  customFields: z.array(customFieldWriteSchema).optional(),
  dateOfBirth: clearable,
  /** ISO 3166 alpha-2. */
  country: text,
};

export const createContactSchema = z.strictObject({
  ...everywhere,
  locationId: z.string().min(1),
  gender: text,
  companyName: clearable,
  source: text,
  assignedTo: text,
});
export type CreateGhlContact = z.input<typeof createContactSchema>;

/** Partial: what is absent stays. No `locationId`, `companyName` or `gender`: HighLevel refuses them here. */
export const updateContactSchema = z.strictObject({ ...everywhere, source: clearable, assignedTo: clearable });
export type UpdateGhlContact = z.input<typeof updateContactSchema>;

export const upsertContactSchema = z.strictObject({
  ...createContactSchema.shape,
  createNewIfDuplicateAllowed: z.boolean().optional(),
});
export type UpsertGhlContact = z.input<typeof upsertContactSchema>;

/** Tags are lower-cased on save; a tag nobody used before is created. */
export const contactTagsSchema = z.strictObject({ tags: z.array(z.string().min(1)) });
export type GhlContactTags = z.input<typeof contactTagsSchema>;
