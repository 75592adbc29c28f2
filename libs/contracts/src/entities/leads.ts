import { z } from 'zod';
import { isoInstant, moneySchema, refTo } from './values.js';

export const pipelineSchema = z.object({ name: z.string() }).meta({
  id: 'PipelineState',
  description: 'The way from an inquiry to a client, or another way of work, in stages.',
});

export const pipelineStageSchema = z
  .object({ name: z.string(), position: z.int().nullable(), pipeline: refTo('pipeline').nullable() })
  .meta({ id: 'PipelineStageState', description: 'A stage that opportunities of a pipeline go through.' });

export const fieldDefinitionSchema = z
  .object({
    name: z.string(),
    key: z.string().nullable().describe('The name that templates use.'),
    kind: z.string().nullable().describe('What can be entered: `text`, `single-options`, `date` and others.'),
    appliesTo: z.string().nullable().describe('`contact` or `opportunity`.'),
    options: z.array(z.string()),
  })
  .meta({
    id: 'FieldDefinitionState',
    description: 'A field that the firm has added to its contacts or opportunities.',
  });

export const customValueSchema = z
  .object({ name: z.string(), key: z.string().nullable(), value: z.string().nullable() })
  .meta({ id: 'CustomValueState', description: 'A constant of the firm that its templates use.' });

const fieldValueSchema = z.object({ field: refTo('field-definition'), value: z.string().nullable() }).meta({
  id: 'FieldValue',
  description: 'What a field that the firm has added holds; several choices are joined by a comma.',
});

export const opportunitySchema = z
  .object({
    name: z.string(),
    status: z.string().describe('`open`, `won`, `lost` or `abandoned`.'),
    value: moneySchema.nullable(),
    source: z.string().nullable(),
    contact: refTo('contact').nullable(),
    pipeline: refTo('pipeline').nullable(),
    stage: refTo('pipeline-stage').nullable(),
    assignee: refTo('user').nullable(),
    createdAt: isoInstant.nullable(),
    statusChangedAt: isoInstant.nullable(),
    stageChangedAt: isoInstant.nullable(),
    fields: z.array(fieldValueSchema),
  })
  .meta({
    id: 'OpportunityState',
    description: 'What may become a matter: whose it is, how far it has come, what it is worth.',
  });

export const taskSchema = z
  .object({
    title: z.string(),
    description: z.string().nullable(),
    dueAt: isoInstant.nullable(),
    completed: z.boolean(),
    contact: refTo('contact').nullable(),
    assignee: refTo('user').nullable(),
  })
  .meta({ id: 'TaskState', description: 'Something to be done for a contact.' });

export const noteSchema = z
  .object({
    title: z.string().nullable(),
    text: z.string(),
    pinned: z.boolean(),
    writtenAt: isoInstant.nullable(),
    contact: refTo('contact').nullable(),
    author: refTo('user').nullable(),
  })
  .meta({ id: 'NoteState', description: 'What somebody has written down about a contact.' });
