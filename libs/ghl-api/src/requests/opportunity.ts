import { z } from 'zod';
import { ghlOpportunityStatuses } from '../records/opportunity.js';
import { customFieldWriteSchema } from './custom-field-write.js';

/** `all` is in every published enum but means something in searches only. */
const status = z.enum(ghlOpportunityStatuses);
const name = z.string().min(1);
const id = z.string().min(1);

export const createOpportunitySchema = z.strictObject({
  locationId: id,
  pipelineId: id,
  contactId: id,
  name,
  status,
  pipelineStageId: id.optional(),
  monetaryValue: z.number().optional(),
  assignedTo: z.string().optional(),
  customFields: z.array(customFieldWriteSchema).optional(),
  /** Accepted in practice, absent from the published specification. */
  source: z.string().optional(),
});
export type CreateGhlOpportunity = z.input<typeof createOpportunitySchema>;

/** Partial. The contact of an opportunity cannot be changed. */
export const updateOpportunitySchema = z.strictObject({
  pipelineId: id.optional(),
  name: name.optional(),
  pipelineStageId: id.optional(),
  status: status.optional(),
  monetaryValue: z.number().optional(),
  assignedTo: z.string().optional(),
  customFields: z.array(customFieldWriteSchema).optional(),
});
export type UpdateGhlOpportunity = z.input<typeof updateOpportunitySchema>;

export const updateOpportunityStatusSchema = z.strictObject({ status, lostReasonId: z.string().optional() });
export type UpdateGhlOpportunityStatus = z.input<typeof updateOpportunityStatusSchema>;

/** The specification omits `contactId` and demands followers; working code sends `contactId` and no followers. */
export const upsertOpportunitySchema = z.strictObject({
  id: id.optional(),
  locationId: id,
  pipelineId: id,
  contactId: id.optional(),
  name: name.optional(),
  status: status.optional(),
  pipelineStageId: id.optional(),
  monetaryValue: z.number().optional(),
  assignedTo: z.string().optional(),
  lostReasonId: z.string().optional(),
  followers: z.array(z.string()).optional(),
  isRemoveAllFollowers: z.boolean().optional(),
  followersActionType: z.enum(['add', 'remove']).optional(),
});
export type UpsertGhlOpportunity = z.input<typeof upsertOpportunitySchema>;
