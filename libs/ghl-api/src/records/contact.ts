import { z } from 'zod';
import { customFieldEntrySchema, instant, optionalText } from './values.js';

const dndSettingSchema = z.looseObject({ status: z.string().nullish(), message: optionalText, code: optionalText });

/** Who wrote last, by which channel: undocumented, the best mark of our own writes. */
export const ghlAuthorSchema = z.looseObject({
  source: optionalText,
  channel: optionalText,
  sourceId: optionalText,
  timestamp: instant,
});

/**
 * A contact as GET, write replies and search give it. Search documents may lack `firstName`, say `address` for `address1`
 * and list `additionalEmails` as text: re-read by id before copying one elsewhere. `ssn` exists: never log one whole.
 */
export const ghlContactSchema = z.looseObject({
  id: z.string().min(1),
  locationId: optionalText,
  firstName: optionalText,
  lastName: optionalText,
  name: optionalText,
  contactName: optionalText,
  firstNameLowerCase: optionalText,
  lastNameLowerCase: optionalText,
  fullNameLowerCase: optionalText,
  email: optionalText,
  emailLowerCase: optionalText,
  phone: optionalText,
  address1: optionalText,
  address: optionalText,
  city: optionalText,
  state: optionalText,
  postalCode: optionalText,
  country: optionalText,
  website: optionalText,
  timezone: optionalText,
  source: optionalText,
  type: optionalText,
  gender: optionalText,
  companyName: optionalText,
  dateOfBirth: instant,
  dateAdded: instant,
  dateUpdated: instant,
  tags: z.array(z.string()).nullish(),
  dnd: z.boolean().nullish(),
  dndSettings: z.record(z.string(), dndSettingSchema).nullish(),
  inboundDndSettings: z.record(z.string(), dndSettingSchema).nullish(),
  customFields: z.array(customFieldEntrySchema).nullish(),
  assignedTo: optionalText,
  businessId: optionalText,
  followers: z.array(z.string()).nullish(),
  additionalEmails: z.array(z.union([z.string(), z.looseObject({ email: optionalText })])).nullish(),
  createdBy: ghlAuthorSchema.nullish(),
  lastUpdatedBy: ghlAuthorSchema.nullish(),
  deleted: z.boolean().nullish(),
  /** Only in search replies: pass the last one's on to get the next page. */
  searchAfter: z.array(z.union([z.string(), z.number()])).nullish(),
});
export type GhlContact = z.output<typeof ghlContactSchema>;

/** GET `/contacts/{id}`, POST and PUT. */
export const ghlContactReplySchema = z.looseObject({ contact: ghlContactSchema });
export const ghlContactUpsertReplySchema = z.looseObject({ new: z.boolean(), contact: ghlContactSchema });
export const ghlDuplicateContactReplySchema = z.looseObject({ contact: ghlContactSchema.nullish() });
export const ghlContactTagsReplySchema = z.looseObject({ tags: z.array(z.string()).nullish() });
