import { z } from 'zod';
import { entityTypeSchema } from '../entities/index.js';
import { exampleEntityIds } from '../entities/examples/example.js';
import { exampleFirm } from '../example-firm.js';
import { defineQuery } from '../message.js';

export const conflictStates = ['open', 'decided', 'settled'] as const;

const valueSchema = z.union([z.string(), z.record(z.string(), z.string().nullable())]).nullable();
const sideSchema = z.object({
  connectionId: z.uuid(),
  recordId: z.string(),
  /** Null where it is about the pair as a whole. */
  value: valueSchema,
  /** When the record with this value was changed, as its provider says. */
  at: z.iso.datetime().nullable(),
  /** Who changed it, where that is known. */
  by: z.string().nullable(),
});

/** Two records that are kept in step and cannot agree without a person, or did so by a policy. */
export const conflictSchema = z
  .object({
    conflictId: z.uuid(),
    kind: z
      .enum(['contested', 'refused', 'looping', 'gone'])
      .describe(
        '`contested`: both changed the field. `refused`: one side did not take what the other has. `looping`: both keep changing each other. `gone`: one record was deleted, or merged away.',
      ),
    state: z.enum(conflictStates).describe('`settled`: it resolved itself, both say the same again for example.'),
    entityType: entityTypeSchema,
    entityId: z.uuid(),
    title: z.string(),
    field: z.string().nullable().describe('Null where it is about the pair as a whole.'),
    label: z.string().nullable(),
    policy: z.enum(['clio', 'ghl', 'newest', 'longest', 'ask']).nullable().describe('That the field has or had.'),
    reason: z.string().nullable().describe('What happened and what can be done about it, for a person.'),
    base: z
      .object({ clio: valueSchema, ghl: valueSchema })
      .nullable()
      .describe('What both had when they last agreed; null when they never did.'),
    clio: sideSchema,
    ghl: sideSchema,
    decision: z.enum(['clio', 'ghl', 'resume', 'leave']).nullable(),
    decidedBy: z.string().nullable().describe('A person, a key, or `policy:` and its name.'),
    openedAt: z.iso.datetime(),
    changedAt: z.iso.datetime(),
  })
  .meta({ id: 'Conflict' });
export type Conflict = z.output<typeof conflictSchema>;

const conflictId = '5f0a3c81-72e4-4b9d-9c16-d8e2a7b4f063';
const exampleConflict: z.input<typeof conflictSchema> = {
  conflictId,
  kind: 'contested',
  state: 'open',
  entityType: 'contact',
  entityId: exampleEntityIds.contact,
  title: 'Marisol Tenbrook',
  field: 'email',
  label: 'E-mail',
  policy: 'ask',
  reason: null,
  base: { clio: 'm.tenbrook@fernhill-pottery.example', ghl: 'm.tenbrook@fernhill-pottery.example' },
  clio: {
    connectionId: exampleFirm.clioConnectionId,
    recordId: '1187240963',
    value: 'marisol@fernhill-pottery.example',
    at: '2026-11-18T15:20:00.000Z',
    by: null,
  },
  ghl: {
    connectionId: exampleFirm.ghlConnectionId,
    recordId: exampleFirm.ghlContactId,
    value: 'marisol.t@post.example',
    at: '2026-11-18T15:21:30.000Z',
    by: null,
  },
  decision: null,
  decidedBy: null,
  openedAt: '2026-11-18T15:24:06.912Z',
  changedAt: '2026-11-18T15:24:06.912Z',
};
const exampleDecided: z.input<typeof conflictSchema> = {
  ...exampleConflict,
  state: 'decided',
  decision: 'clio',
  decidedBy: `person:${exampleFirm.personId}`,
};

export const findConflicts = defineQuery({
  name: 'mapping.find-conflicts.v1',
  needs: 'entities.read',
  summary: 'Records of both sides that cannot agree, in one state, the newest first.',
  data: z.object({ state: z.enum(conflictStates), limit: z.int().min(1).max(50) }),
  reply: z.object({ conflicts: z.array(conflictSchema), open: z.int() }),
  example: { state: 'open', limit: 20 },
  replyExample: { conflicts: [exampleConflict], open: 1 },
});

export const decideConflicts = defineQuery({
  name: 'mapping.decide-conflicts.v1',
  needs: 'records.write',
  summary:
    'Decide conflicts: whose value counts, or of a pair as a whole whether it goes on (`resume`) or stays apart (`leave`). `always` makes it the policy of the field for this pairing and decides what else waits about it.',
  data: z.object({
    conflictIds: z.array(z.uuid()).min(1).max(50),
    take: z.enum(['clio', 'ghl', 'resume', 'leave']),
    always: z.boolean(),
  }),
  reply: z.object({ conflicts: z.array(conflictSchema), decided: z.int() }),
  example: { conflictIds: [conflictId], take: 'clio', always: false },
  replyExample: { conflicts: [exampleDecided], decided: 1 },
});

export const undoConflict = defineQuery({
  name: 'mapping.undo-conflict.v1',
  needs: 'records.write',
  summary:
    'Take a decision back, of a person or a policy: the side that gave way gets its value back, and the conflict is open again. Refused when it has changed since.',
  data: z.object({ conflictId: z.uuid() }),
  reply: z.object({ conflict: conflictSchema }),
  example: { conflictId },
  replyExample: { conflict: exampleConflict },
});
