import { readCustomFieldValues, type GhlOpportunity } from '@firmbridge/ghl-api';
import { ghlRef } from '../references.js';
import { money } from '../money.js';
import { instant, kebab, text } from '../texts.js';
import { defineGhlNormalizer } from './normalizer.js';

type GivenInstant = string | number | null | undefined;

/** Some search documents carry epoch milliseconds. */
const instantOf = (value: GivenInstant) => instant(typeof value === 'number' ? new Date(value).toISOString() : value);

export const ghlUserNormalizer = defineGhlNormalizer('users', {
  version: 1,
  title: (user) => user.name,
  normalize: (record) => {
    const whole = [record.firstName, record.lastName].map(text).filter((part) => part !== null);
    return {
      name: text(record.name) ?? whole.join(' '),
      firstName: text(record.firstName),
      lastName: text(record.lastName),
      email: text(record.email),
      phone: text(record.phone),
      enabled: record.deleted !== true,
      accountOwner: false,
      subscription: null,
      roles: [text(record.roles?.role)].filter((role) => role !== null),
      timeZone: null,
    };
  },
});

export const fieldDefinitionNormalizer = defineGhlNormalizer('custom_fields', {
  version: 1,
  title: (field) => field.name,
  normalize: (record) => ({
    name: text(record.name) ?? '',
    key: text(record.fieldKey),
    kind: kebab(record.dataType?.toLowerCase()),
    appliesTo: text(record.model),
    options: (record.picklistOptions ?? []).flatMap((option) => (typeof option === 'string' ? option : [])),
  }),
});

export const customValueNormalizer = defineGhlNormalizer('custom_values', {
  version: 1,
  title: (value) => value.name,
  normalize: (record) => ({ name: text(record.name) ?? '', key: text(record.fieldKey), value: text(record.value) }),
});

export const pipelineNormalizer = defineGhlNormalizer('pipelines', {
  version: 1,
  title: (pipeline) => pipeline.name,
  normalize: (record) => ({ name: text(record.name) ?? '' }),
});

export const pipelineStageNormalizer = defineGhlNormalizer('pipeline_stages', {
  version: 1,
  notes: ['GoHighLevel gives stages within their pipelines; here each is an entity of its own.'],
  title: (stage) => stage.name,
  normalize: (record) => ({
    name: text(record.name) ?? '',
    position: record.position ?? null,
    pipeline: ghlRef('pipelines', record.pipelineId),
  }),
});

export const opportunityNormalizer = defineGhlNormalizer('opportunities', {
  version: 1,
  money: "Of the account's region: GoHighLevel does not name one.",
  title: (opportunity) => opportunity.name,
  normalize: (record, { currency }) => ({
    name: text(record.name) ?? '',
    status: text(record.status)?.toLowerCase() ?? 'open',
    value: money(record.monetaryValue, currency),
    source: text(record.source),
    contact: ghlRef('contacts', record.contactId),
    pipeline: ghlRef('pipelines', record.pipelineId),
    stage: ghlRef('pipeline_stages', record.pipelineStageId),
    assignee: ghlRef('users', record.assignedTo),
    createdAt: instantOf(record.createdAt),
    statusChangedAt: instantOf(record.lastStatusChangeAt),
    stageChangedAt: instantOf(record.lastStageChangeAt),
    fields: fieldsOf(record),
  }),
});

/** In the order of the fields' ids: GoHighLevel promises none. */
function fieldsOf({ customFields }: GhlOpportunity) {
  return readCustomFieldValues(customFields)
    .toSorted((one, other) => (one.id < other.id ? -1 : 1))
    .flatMap(({ id, value }) => {
      const field = ghlRef('custom_fields', id);
      return field === null ? [] : [{ field, value: shown(value) }];
    });
}

function shown(value: unknown): string | null {
  if (value === null || value === undefined) return null;
  if (Array.isArray(value)) return text(value.map(String).join(', '));
  return text(typeof value === 'object' ? JSON.stringify(value) : String(value));
}

export const taskNormalizer = defineGhlNormalizer('tasks', {
  version: 1,
  title: (task) => task.title,
  normalize: (record) => ({
    title: text(record.title) ?? '',
    description: text(record.body),
    dueAt: instantOf(record.dueDate),
    completed: record.completed ?? false,
    contact: ghlRef('contacts', record.contactId),
    assignee: ghlRef('users', record.assignedTo),
  }),
});

export const noteNormalizer = defineGhlNormalizer('notes', {
  version: 1,
  title: (note) => note.title ?? note.text,
  normalize: (record) => ({
    title: text(record.title),
    text: text(record.body) ?? '',
    pinned: record.pinned ?? false,
    writtenAt: instantOf(record.dateAdded),
    contact: ghlRef('contacts', record.contactId),
    author: ghlRef('users', record.userId),
  }),
});
