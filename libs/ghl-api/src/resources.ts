import { z } from 'zod';
import type { GhlOperationName } from './operations.js';
import { ghlContactSchema } from './records/contact.js';
import { ghlCustomFieldSchema } from './records/custom-field.js';
import { ghlNoteSchema } from './records/note.js';
import { ghlOpportunitySchema } from './records/opportunity.js';
import { ghlPipelineSchema } from './records/pipeline.js';
import { ghlTaskSchema } from './records/task.js';
import { ghlUserSchema } from './records/user.js';

export const ghlResourceNames = [
  'custom_fields',
  'pipelines',
  'users',
  'contacts',
  'opportunities',
  'tasks',
  'notes',
] as const;
export type GhlResourceName = (typeof ghlResourceNames)[number];

/**
 * How a list is walked:
 * - `search-after`: POST body, each record names the cursor behind it, filterable by date of change;
 * - `skip`: offset and limit;
 * - `whole`: one reply holds everything.
 */
export type GhlPaging = 'search-after' | 'skip' | 'whole';

export interface GhlResource {
  readonly name: GhlResourceName;
  readonly label: string;
  readonly list: GhlOperationName;
  /** Null: records are only to be had from the list. */
  readonly get: GhlOperationName | null;
  /** The property of a list reply that holds the records. */
  readonly recordsKey: string;
  /** The property of a single reply that holds the record; null: the reply is the record. */
  readonly recordKey: string | null;
  readonly paging: GhlPaging;
  /** What one page may hold; null when the reply is whole. */
  readonly maxPageSize: number | null;
  /** What a list is of: a location, or one contact after the other. */
  readonly of: 'location' | 'contact';
  /** The record's date of change; null: only a complete read shows what changed. */
  readonly updatedAtField: string | null;
  /** What the search calls that date; null: no reading of changes only. */
  readonly changedSinceFilter: string | null;
  /** References within the location: read these first. */
  readonly after: readonly GhlResourceName[];
  readonly schema: z.ZodType<{ id: string }>;
}

const whole = { paging: 'whole', maxPageSize: null, updatedAtField: null, changedSinceFilter: null } as const;

/** What we read of a location, in the order in which references resolve. */
export const ghlResources: Readonly<Record<GhlResourceName, GhlResource>> = {
  custom_fields: {
    name: 'custom_fields',
    label: 'Custom fields',
    list: 'custom-fields.list',
    get: 'custom-fields.get',
    recordsKey: 'customFields',
    recordKey: 'customField',
    ...whole,
    of: 'location',
    after: [],
    schema: ghlCustomFieldSchema,
  },
  pipelines: {
    name: 'pipelines',
    label: 'Pipelines',
    list: 'pipelines.list',
    get: null,
    recordsKey: 'pipelines',
    recordKey: null,
    ...whole,
    of: 'location',
    after: [],
    schema: ghlPipelineSchema,
  },
  users: {
    name: 'users',
    label: 'Users',
    list: 'users.search',
    get: 'users.get',
    recordsKey: 'users',
    recordKey: null,
    paging: 'skip',
    maxPageSize: 100,
    of: 'location',
    updatedAtField: null,
    changedSinceFilter: null,
    after: [],
    schema: ghlUserSchema,
  },
  contacts: {
    name: 'contacts',
    label: 'Contacts',
    list: 'contacts.search',
    get: 'contacts.get',
    recordsKey: 'contacts',
    recordKey: 'contact',
    paging: 'search-after',
    maxPageSize: 500,
    of: 'location',
    updatedAtField: 'dateUpdated',
    changedSinceFilter: 'dateUpdated',
    after: ['custom_fields', 'users'],
    schema: ghlContactSchema,
  },
  opportunities: {
    name: 'opportunities',
    label: 'Opportunities',
    list: 'opportunities.search',
    get: 'opportunities.get',
    recordsKey: 'opportunities',
    recordKey: 'opportunity',
    paging: 'search-after',
    maxPageSize: 500,
    of: 'location',
    updatedAtField: 'updatedAt',
    changedSinceFilter: 'date_updated',
    after: ['contacts', 'pipelines'],
    schema: ghlOpportunitySchema,
  },
  tasks: {
    name: 'tasks',
    label: 'Tasks',
    list: 'tasks.search',
    get: 'tasks.get',
    recordsKey: 'tasks',
    recordKey: 'task',
    paging: 'skip',
    maxPageSize: 100,
    of: 'location',
    updatedAtField: null,
    changedSinceFilter: null,
    after: ['contacts'],
    schema: ghlTaskSchema,
  },
  notes: {
    name: 'notes',
    label: 'Notes',
    list: 'notes.list',
    get: 'notes.get',
    recordsKey: 'notes',
    recordKey: 'note',
    ...whole,
    of: 'contact',
    after: ['contacts'],
    schema: ghlNoteSchema,
  },
};
