import type {
  customValueSchema,
  fieldDefinitionSchema,
  noteSchema,
  opportunitySchema,
  pipelineSchema,
  pipelineStageSchema,
  taskSchema,
} from '../leads.js';
import { exampleEntityIds, exampleRef, usDollars, type EntityExample } from './example.js';

const pipeline: EntityExample<typeof pipelineSchema> = {
  entityId: exampleEntityIds.pipeline,
  provider: 'ghl',
  resource: 'pipelines',
  recordId: 'KzP4wLm8TnRq1XcVb7Ys',
  state: { name: 'Intake' },
  update: { name: 'Client intake' },
};

const pipelineStage: EntityExample<typeof pipelineStageSchema> = {
  entityId: exampleEntityIds['pipeline-stage'],
  provider: 'ghl',
  resource: 'pipeline_stages',
  recordId: '5c0b7e2a-41d8-4f96-8a3e-9d17c6f0b254',
  state: { name: 'Consultation held', position: 3, pipeline: exampleRef('pipeline') },
  update: { position: 2 },
};

const fieldDefinition: EntityExample<typeof fieldDefinitionSchema> = {
  entityId: exampleEntityIds['field-definition'],
  provider: 'ghl',
  resource: 'custom_fields',
  recordId: 'Wd5HtYp2NsLx9GvQk3Re',
  state: {
    name: 'Fee',
    key: 'opportunity.fee',
    kind: 'single-options',
    appliesTo: 'opportunity',
    options: ['Hourly', 'Contingency'],
  },
  update: { options: ['Hourly', 'Contingency', 'Flat'] },
};

const customValue: EntityExample<typeof customValueSchema> = {
  entityId: exampleEntityIds['custom-value'],
  provider: 'ghl',
  resource: 'custom_values',
  recordId: 'Ju7CfBz1MkTa6RwXn0Qe',
  state: { name: 'Office hours', key: '{{ custom_values.office_hours }}', value: '9 to 5' },
  update: { value: '8 to 6' },
};

const opportunity: EntityExample<typeof opportunitySchema> = {
  entityId: exampleEntityIds.opportunity,
  provider: 'ghl',
  resource: 'opportunities',
  recordId: 'Pb3VnSq8KhXe5TyLm2Zc',
  state: {
    name: 'Tenbrook: return of a deposit',
    status: 'open',
    value: usDollars(240_000),
    source: 'website',
    contact: exampleRef('contact'),
    pipeline: exampleRef('pipeline'),
    stage: exampleRef('pipeline-stage'),
    assignee: exampleRef('user'),
    createdAt: '2026-09-02T14:11:00.000Z',
    statusChangedAt: '2026-09-02T14:11:00.000Z',
    stageChangedAt: '2026-09-10T09:30:00.000Z',
    fields: [{ field: exampleRef('field-definition'), value: 'Hourly' }],
  },
  update: { status: 'won', statusChangedAt: '2026-09-14T16:02:00.000Z' },
};

const task: EntityExample<typeof taskSchema> = {
  entityId: exampleEntityIds.task,
  provider: 'ghl',
  resource: 'tasks',
  recordId: 'Ay6RdGw4PzNs8LkHc1Vm',
  state: {
    title: 'Send the engagement letter',
    description: null,
    dueAt: '2026-09-12T17:00:00.000Z',
    completed: false,
    contact: exampleRef('contact'),
    assignee: exampleRef('user'),
  },
  update: { completed: true },
};

const note: EntityExample<typeof noteSchema> = {
  entityId: exampleEntityIds.note,
  provider: 'ghl',
  resource: 'notes',
  recordId: 'Xt9MbQf5WjUe2KpYr7Dn',
  state: {
    title: null,
    text: 'Prefers to be called in the morning.',
    pinned: false,
    writtenAt: '2026-09-03T08:45:00.000Z',
    contact: exampleRef('contact'),
    author: exampleRef('user'),
  },
  update: { pinned: true },
};

export const leadsExamples = {
  pipeline,
  'pipeline-stage': pipelineStage,
  'field-definition': fieldDefinition,
  'custom-value': customValue,
  opportunity,
  task,
  note,
};
