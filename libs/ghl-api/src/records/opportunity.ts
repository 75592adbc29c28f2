import { z } from 'zod';
import { customFieldEntrySchema, instant, optionalText } from './values.js';

export const ghlOpportunityStatuses = ['open', 'won', 'lost', 'abandoned'] as const;
export type GhlOpportunityStatus = (typeof ghlOpportunityStatuses)[number];

/** Instants are `createdAt`/`updatedAt` here, `dateAdded`/`dateUpdated` on contacts and in webhooks. */
export const ghlOpportunitySchema = z.looseObject({
  id: z.string().min(1),
  name: optionalText,
  locationId: optionalText,
  contactId: optionalText,
  pipelineId: optionalText,
  pipelineStageId: optionalText,
  /** A text, not our enum: a status we do not know must not lose the record. */
  status: optionalText,
  monetaryValue: z.number().nullish(),
  assignedTo: optionalText,
  source: optionalText,
  lostReasonId: optionalText,
  createdAt: instant,
  updatedAt: instant,
  lastStatusChangeAt: instant,
  lastStageChangeAt: instant,
  contact: z.looseObject({ id: optionalText, name: optionalText, email: optionalText, phone: optionalText }).nullish(),
  customFields: z.array(customFieldEntrySchema).nullish(),
  followers: z.array(z.unknown()).nullish(),
  searchAfter: z.array(z.union([z.string(), z.number()])).nullish(),
});
export type GhlOpportunity = z.output<typeof ghlOpportunitySchema>;

export const ghlOpportunityReplySchema = z.looseObject({ opportunity: ghlOpportunitySchema });
export const ghlOpportunityUpsertReplySchema = z.looseObject({ new: z.boolean(), opportunity: ghlOpportunitySchema });
