import { z } from 'zod';
import { searchAfterSchema, searchFilterSchema, searchMaxSorts, searchSortSchema } from './search.js';

/**
 * POST `/contacts/search`. Seconds behind the writes: read by id after an own write. Either `page` or `searchAfter`;
 * `pageLimit` at most 500. A property called `limit` is refused.
 */
export const searchContactsSchema = z.strictObject({
  locationId: z.string().min(1),
  pageLimit: z.number().int().min(1).max(500),
  page: z.number().int().min(1).optional(),
  searchAfter: searchAfterSchema.optional(),
  filters: z.array(searchFilterSchema).optional(),
  sort: z.array(searchSortSchema).max(searchMaxSorts).optional(),
  query: z.string().max(75).optional(),
});
export type SearchGhlContacts = z.input<typeof searchContactsSchema>;

export const contactRangeFields = [
  'dateAdded',
  'dateUpdated',
  'dateOfBirth',
  'lastEmailClickedDate',
  'lastEmailOpenedDate',
  'lastAppointment',
] as const;

/** Besides these, `customFields.<field id>`. */
export const contactFilterFields = [
  ...contactRangeFields,
  'id',
  'email',
  'phone',
  'firstNameLowerCase',
  'lastNameLowerCase',
  'contactName',
  'companyName',
  'businessName',
  'address',
  'city',
  'state',
  'country',
  'postalCode',
  'source',
  'tags',
  'type',
  'assignedTo',
  'followers',
  'dnd',
  'timezone',
  'website',
  'validEmail',
  'activeWorkflows',
] as const;

export const contactSortFields = [
  'dateAdded',
  'dateUpdated',
  'email',
  'firstNameLowerCase',
  'lastNameLowerCase',
  'businessName',
  'dnd',
  'source',
] as const;
