import { z } from 'zod';
import type { GhlOperationName } from './operations.js';
import { ghlContactSchema } from './records/contact.js';
import { ghlCustomFieldSchema } from './records/custom-field.js';
import { ghlCustomValueSchema } from './records/custom-value.js';
import { ghlNoteSchema } from './records/note.js';
import { ghlOpportunitySchema } from './records/opportunity.js';
import { ghlPipelineSchema, ghlPipelineStageSchema } from './records/pipeline.js';
import { ghlTaskSchema } from './records/task.js';
import { ghlUserSchema } from './records/user.js';
import {
  ghlContactEvents,
  ghlNoteEvents,
  ghlOpportunityEvents,
  ghlTaskEvents,
  type GhlWebhookEvent,
} from './webhooks.js';

/**
 * How a list is walked:
 * - `search-after`: POST body, each record names the cursor behind it, filterable by date of change, behind the truth by the
 *   index's delay;
 * - `skip`: offset and limit;
 * - `whole`: one reply holds everything.
 */
export type GhlPaging = 'search-after' | 'skip' | 'whole';

export interface GhlResource<
  Name extends string = string,
  Schema extends z.ZodType<{ id: string }> = z.ZodType<{ id: string }>,
> {
  readonly name: Name;
  readonly label: string;
  readonly list: GhlOperationName;
  /** Null: records are only to be had from the list. */
  readonly get: GhlOperationName | null;
  /** The property of a list reply that holds the records. */
  readonly recordsKey: string;
  /** Each of those holds the records under this property; what they name of it is `inside`. */
  readonly inside: { readonly key: string; readonly as: string } | null;
  /** The property of a single reply that holds the record; null: the reply is the record. */
  readonly recordKey: string | null;
  readonly paging: GhlPaging;
  /** What one page may hold; null when the reply is whole. */
  readonly maxPageSize: number | null;
  /** What a list is of: a location, or one contact after the other. */
  readonly of: 'location' | 'contact';
  /** The record's date of change; null: only a complete read shows what changed. */
  readonly updatedAtField: string | null;
  /** What the search calls the dates by which it sorts: of change, and of creation for reading all. */
  readonly searchDates: { readonly changed: string; readonly created: string } | null;
  /** How rarely it is polled, in turns: what seldom changes leaves its calls to the others. */
  readonly pollEvery: number;
  /** What is kept of a record: what every call that gives it agrees on, and nothing more of a person than is needed. */
  readonly fields: readonly string[];
  /** The events that tell of it; each of them only means that it is to be read again. */
  readonly webhooks: readonly GhlWebhookEvent[];
  readonly schema: Schema;
}

type Shape<Schema extends z.ZodType<{ id: string }>> = Pick<
  GhlResource<string, Schema>,
  'label' | 'list' | 'recordsKey' | 'schema' | 'fields'
>;

function resource<Name extends string, Schema extends z.ZodType<{ id: string }>>(
  name: Name,
  shape: Shape<Schema>,
  more: Partial<Omit<GhlResource, 'name' | 'schema'>> = {},
): GhlResource<Name, Schema> {
  return {
    name,
    get: null,
    inside: null,
    recordKey: null,
    paging: 'whole',
    maxPageSize: null,
    of: 'location',
    updatedAtField: null,
    searchDates: null,
    pollEvery: 10,
    webhooks: [],
    ...more,
    ...shape,
  };
}

const userFields = ['id', 'name', 'firstName', 'lastName', 'email', 'phone', 'roles', 'deleted'];
const definitionFields = ['id', 'name', 'fieldKey', 'dataType', 'model', 'position', 'picklistOptions'];
const valueFields = ['id', 'name', 'fieldKey', 'value'];
const pipelineFields = ['id', 'name'];
const stageFields = ['id', 'name', 'position', 'pipelineId'];
const contactFields = [
  'id',
  'firstName',
  'lastName',
  'companyName',
  'email',
  'additionalEmails',
  'phone',
  'address1',
  'city',
  'state',
  'postalCode',
  'country',
  'website',
  'timezone',
  'source',
  'type',
  'gender',
  'dateOfBirth',
  'tags',
  'dnd',
  'customFields',
  'assignedTo',
  'businessId',
  'dateAdded',
  'dateUpdated',
];
const opportunityFields = [
  'id',
  'name',
  'contactId',
  'pipelineId',
  'pipelineStageId',
  'status',
  'monetaryValue',
  'assignedTo',
  'source',
  'lostReasonId',
  'customFields',
  'createdAt',
  'updatedAt',
  'lastStatusChangeAt',
  'lastStageChangeAt',
];
const taskFields = ['id', 'title', 'body', 'assignedTo', 'dueDate', 'completed', 'contactId'];
const noteFields = ['id', 'title', 'body', 'userId', 'contactId', 'pinned', 'dateAdded'];

/** What is read of a location, in the order in which references resolve. */
export const ghlResources = {
  users: resource(
    'users',
    { label: 'Users', list: 'users.search', recordsKey: 'users', schema: ghlUserSchema, fields: userFields },
    { webhooks: ['UserCreate'], get: 'users.get', paging: 'skip', maxPageSize: 100 },
  ),
  custom_fields: resource(
    'custom_fields',
    {
      label: 'Custom fields',
      list: 'custom-fields.list',
      recordsKey: 'customFields',
      schema: ghlCustomFieldSchema,
      fields: definitionFields,
    },
    { get: 'custom-fields.get', recordKey: 'customField' },
  ),
  custom_values: resource(
    'custom_values',
    {
      label: 'Custom values',
      list: 'custom-values.list',
      recordsKey: 'customValues',
      schema: ghlCustomValueSchema,
      fields: valueFields,
    },
    { get: 'custom-values.get', recordKey: 'customValue' },
  ),
  pipelines: resource('pipelines', {
    label: 'Pipelines',
    list: 'pipelines.list',
    recordsKey: 'pipelines',
    schema: ghlPipelineSchema,
    fields: pipelineFields,
  }),
  pipeline_stages: resource(
    'pipeline_stages',
    {
      label: 'Pipeline stages',
      list: 'pipelines.list',
      recordsKey: 'pipelines',
      schema: ghlPipelineStageSchema,
      fields: stageFields,
    },
    { inside: { key: 'stages', as: 'pipelineId' } },
  ),
  contacts: resource(
    'contacts',
    {
      label: 'Contacts',
      list: 'contacts.search',
      recordsKey: 'contacts',
      schema: ghlContactSchema,
      fields: contactFields,
    },
    {
      webhooks: ghlContactEvents,
      get: 'contacts.get',
      recordKey: 'contact',
      paging: 'search-after',
      maxPageSize: 500,
      updatedAtField: 'dateUpdated',
      searchDates: { changed: 'dateUpdated', created: 'dateAdded' },
      pollEvery: 1,
    },
  ),
  opportunities: resource(
    'opportunities',
    {
      label: 'Opportunities',
      list: 'opportunities.search',
      recordsKey: 'opportunities',
      schema: ghlOpportunitySchema,
      fields: opportunityFields,
    },
    {
      webhooks: ghlOpportunityEvents,
      get: 'opportunities.get',
      recordKey: 'opportunity',
      paging: 'search-after',
      maxPageSize: 500,
      updatedAtField: 'updatedAt',
      searchDates: { changed: 'date_updated', created: 'date_added' },
      pollEvery: 1,
    },
  ),
  tasks: resource(
    'tasks',
    { label: 'Tasks', list: 'tasks.list', recordsKey: 'tasks', schema: ghlTaskSchema, fields: taskFields },
    { webhooks: ghlTaskEvents, of: 'contact', pollEvery: 5 },
  ),
  notes: resource(
    'notes',
    { label: 'Notes', list: 'notes.list', recordsKey: 'notes', schema: ghlNoteSchema, fields: noteFields },
    { webhooks: ghlNoteEvents, of: 'contact', pollEvery: 5 },
  ),
} as const;

export type GhlResourceName = keyof typeof ghlResources;
export type GhlRecord<Name extends GhlResourceName = GhlResourceName> = z.output<(typeof ghlResources)[Name]['schema']>;
export const ghlResourceNames = Object.keys(ghlResources) as GhlResourceName[];
export const ghlResourceNameSchema = z.enum(ghlResourceNames as [GhlResourceName, ...GhlResourceName[]]);
