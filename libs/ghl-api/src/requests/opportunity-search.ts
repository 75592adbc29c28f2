import { z } from 'zod';
import { searchAfterSchema, searchFilterSchema, searchMaxSorts, searchSortSchema } from './search.js';

const additionalDetails = z.strictObject({
  notes: z.boolean().optional(),
  tasks: z.boolean().optional(),
  calendarEvents: z.boolean().optional(),
  unReadConversations: z.boolean().optional(),
});

/** POST `/opportunities/search`: `limit` here, `pageLimit` for contacts; the filter names are snake_case. */
export const searchOpportunitiesSchema = z.strictObject({
  locationId: z.string().min(1),
  limit: z.number().int().min(1).max(500),
  page: z.number().int().min(1).optional(),
  searchAfter: searchAfterSchema.optional(),
  query: z.string().max(75).optional(),
  filters: z.array(searchFilterSchema).optional(),
  sort: z.array(searchSortSchema).max(searchMaxSorts).optional(),
  additionalDetails: additionalDetails.optional(),
});
export type SearchGhlOpportunities = z.input<typeof searchOpportunitiesSchema>;

export const opportunityRangeFields = [
  'monetary_value',
  'date_added',
  'date_updated',
  'last_status_change_date',
  'last_stage_change_date',
] as const;

/** Besides these, `custom_fields.<field id>`. */
export const opportunityFilterFields = [
  ...opportunityRangeFields,
  'id',
  'name',
  'pipeline_id',
  'pipeline_stage_id',
  'status',
  'lost_reason_id',
  'source',
  'assigned_to',
  'followers',
  'contact_id',
  'contact_name',
  'company_name',
  'email',
  'phone',
] as const;

export const opportunitySortFields = [
  'date_added',
  'date_updated',
  'name',
  'monetary_value',
  'last_status_change_date',
  'last_stage_change_date',
] as const;
