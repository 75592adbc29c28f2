import { z } from 'zod';
import { exampleFirm } from '../example-firm.js';
import { defineQuery } from '../message.js';
import { providerSchema } from '../providers.js';
import { exampleCall, exampleProblem } from './examples.js';
import { problemRaised, providerCallAttempted } from './sync.js';

export const transactionSchema = providerCallAttempted.data
  .extend({ transactionId: z.uuid(), correlationId: z.uuid(), actor: z.string() })
  .meta({ id: 'Transaction' });
export type Transaction = z.output<typeof transactionSchema>;

export const problemSchema = problemRaised.data
  .extend({ problemId: z.uuid(), correlationId: z.uuid(), occurredAt: z.iso.datetime() })
  .meta({ id: 'Problem' });

const exampleCorrelationId = 'f1b8d3a4-70c6-4e29-9d15-b82e6c4f07a3';

const page = { limit: z.int().min(1).max(50), cursor: z.string().nullable() };

export const searchTransactions = defineQuery({
  name: 'audit-log.search-transactions.v1',
  needs: 'audit.read',
  summary: 'Attempts of provider calls, newest first.',
  data: z.object({
    ...page,
    connectionId: z.uuid().nullable(),
    provider: providerSchema.nullable(),
    correlationId: z.uuid().nullable(),
    failedOnly: z.boolean(),
    text: z.string().max(200).nullable(),
  }),
  reply: z.object({ transactions: z.array(transactionSchema), nextCursor: z.string().nullable() }),
  example: {
    limit: 20,
    cursor: null,
    connectionId: exampleFirm.ghlConnectionId,
    provider: null,
    correlationId: null,
    failedOnly: false,
    text: 'contacts',
  },
  replyExample: {
    transactions: [
      {
        ...exampleCall,
        transactionId: '27e5b0c9-d413-4a86-bf72-5c09a1d8e364',
        correlationId: exampleCorrelationId,
        actor: 'system:clio-sync',
      },
    ],
    nextCursor: null,
  },
});

export const searchProblems = defineQuery({
  name: 'audit-log.search-problems.v1',
  needs: 'runs.read',
  summary: 'Failures a person should know of, newest first.',
  data: z.object({ ...page, runId: z.uuid().nullable() }),
  reply: z.object({ problems: z.array(problemSchema), nextCursor: z.string().nullable() }),
  example: { limit: 20, cursor: null, runId: exampleFirm.runId },
  replyExample: {
    problems: [
      {
        ...exampleProblem,
        problemId: '90d4a7f2-5b1e-4c63-8a97-e30f6d28b5c1',
        correlationId: exampleCorrelationId,
        occurredAt: '2026-11-18T15:03:40.226Z',
      },
    ],
    nextCursor: null,
  },
});

export const deadLetterStates = ['waiting', 'resending', 'resent', 'replaced', 'discarded'] as const;

/** A message set aside after its last attempt. What is null could not be read from it. */
export const deadLetterSchema = z
  .object({
    deadLetterId: z.uuid(),
    /** The queue in which it failed and into which it is resent, without the namespace. */
    queue: z.string(),
    messageId: z.string().nullable(),
    type: z.string().nullable(),
    kind: z.enum(['event', 'command', 'query']).nullable(),
    correlationId: z.string().nullable(),
    /** `subject.problem`, as everywhere. */
    errorCode: z.string(),
    errorMessage: z.string(),
    attempts: z.int(),
    failedAt: z.iso.datetime(),
    /** Dead letters with the same fingerprint failed in the same queue for the same cause. */
    fingerprint: z.string(),
    state: z.enum(deadLetterStates),
    /** When a letter in state `resending` is due. */
    resendAt: z.iso.datetime().nullable(),
    decidedAt: z.iso.datetime().nullable(),
    decidedBy: z.string().nullable(),
    reason: z.string().nullable(),
    /** The id of the message that was sent in its place. */
    replacedBy: z.uuid().nullable(),
    /** The letter of the same message from before it was resent; null when it failed for the first time. */
    previousDeadLetterId: z.uuid().nullable(),
    /** Of the body as it came. */
    bodyBytes: z.int(),
    /** False when only the beginning of an oversized body was kept: such a letter cannot be resent. */
    bodyIsKept: z.boolean(),
  })
  .meta({ id: 'DeadLetter' });
export type DeadLetter = z.output<typeof deadLetterSchema>;

const exampleDeadLetter: z.input<typeof deadLetterSchema> = {
  deadLetterId: 'ac37e1d8-42f9-4b05-96c8-1f7a0e5d3b62',
  queue: 'ghl-sync.upsert-contact',
  messageId: '7c90b2e4-1d58-4fa3-8e67-35a4d0f19bc8',
  type: 'firmbridge.ghl-sync.upsert-contact.v1',
  kind: 'command',
  correlationId: exampleCorrelationId,
  errorCode: 'message.schema_breach',
  errorMessage: 'The data breaks firmbridge.ghl-sync.upsert-contact.v1 at entityVersion (invalid_type).',
  attempts: 1,
  failedAt: '2026-11-18T15:24:07.090Z',
  fingerprint: '5f0c9b1e7d3a4826a1b4c8e2f6093d75',
  state: 'waiting',
  resendAt: null,
  decidedAt: null,
  decidedBy: null,
  reason: null,
  replacedBy: null,
  previousDeadLetterId: null,
  bodyBytes: 918,
  bodyIsKept: true,
};

/** `platform`: letters whose tenant cannot be read; only for whoever runs the platform. */
export const deadLetterScopeSchema = z.enum(['tenant', 'platform']);

const scope = { scope: deadLetterScopeSchema };

/** All letters in state `waiting` that match everything given; at least one of the three must be given. */
export const deadLetterSelectionSchema = z.object({
  deadLetterIds: z.array(z.uuid()).min(1).max(500).nullable(),
  fingerprint: z.string().max(64).nullable(),
  queue: z.string().max(200).nullable(),
});
export type DeadLetterSelection = z.output<typeof deadLetterSelectionSchema>;

const exampleSelection: DeadLetterSelection = {
  deadLetterIds: null,
  fingerprint: exampleDeadLetter.fingerprint,
  queue: null,
};

export const searchDeadLetters = defineQuery({
  name: 'audit-log.search-dead-letters.v1',
  needs: 'dead-letters.read',
  summary: 'Messages that were set aside, newest first.',
  data: z.object({
    ...page,
    ...scope,
    state: z.enum(deadLetterStates).nullable(),
    queue: z.string().max(200).nullable(),
    type: z.string().max(200).nullable(),
    fingerprint: z.string().max(64).nullable(),
  }),
  reply: z.object({ deadLetters: z.array(deadLetterSchema), nextCursor: z.string().nullable() }),
  example: {
    limit: 20,
    cursor: null,
    scope: 'tenant',
    state: 'waiting',
    queue: 'ghl-sync.upsert-contact',
    type: null,
    fingerprint: null,
  },
  replyExample: { deadLetters: [exampleDeadLetter], nextCursor: null },
});

export const getDeadLetter = defineQuery({
  name: 'audit-log.get-dead-letter.v1',
  needs: 'dead-letters.read',
  summary: 'One message that was set aside, with its headers and as much of its body as a reply can hold.',
  data: z.object({ ...scope, deadLetterId: z.uuid() }),
  reply: z.object({
    deadLetter: deadLetterSchema,
    headers: z.record(z.string(), z.unknown()),
    body: z.string(),
    bodyIsComplete: z.boolean(),
  }),
  example: { scope: 'tenant', deadLetterId: exampleDeadLetter.deadLetterId },
  replyExample: {
    deadLetter: exampleDeadLetter,
    headers: { traceparent: '00-6bd1f0a93c5e47d28e90b7a4c1f3d562-51e0c7b94a2f8d36-01' },
    body: '{"specversion":"1.0","type":"firmbridge.ghl-sync.upsert-contact.v1","data":{"entityVersion":2}}',
    bodyIsComplete: true,
  },
});

export const deadLetterGroupSchema = z
  .object({
    fingerprint: z.string(),
    queue: z.string(),
    type: z.string().nullable(),
    errorCode: z.string(),
    /** The error message without what differs from letter to letter (ids, numbers). */
    cause: z.string(),
    count: z.int(),
    firstFailedAt: z.iso.datetime(),
    lastFailedAt: z.iso.datetime(),
    newestDeadLetterId: z.uuid(),
  })
  .meta({ id: 'DeadLetterGroup' });

export const groupDeadLetters = defineQuery({
  name: 'audit-log.group-dead-letters.v1',
  needs: 'dead-letters.read',
  summary: 'Messages that wait for a decision, grouped by cause, the largest group first.',
  data: z.object({ ...scope, limit: z.int().min(1).max(50) }),
  reply: z.object({ groups: z.array(deadLetterGroupSchema) }),
  example: { scope: 'tenant', limit: 20 },
  replyExample: {
    groups: [
      {
        fingerprint: exampleDeadLetter.fingerprint,
        queue: exampleDeadLetter.queue,
        type: exampleDeadLetter.type,
        errorCode: exampleDeadLetter.errorCode,
        cause: exampleDeadLetter.errorMessage,
        count: 12,
        firstFailedAt: '2026-11-18T15:19:55.402Z',
        lastFailedAt: exampleDeadLetter.failedAt,
        newestDeadLetterId: exampleDeadLetter.deadLetterId,
      },
    ],
  },
});

export const resendDeadLetters = defineQuery({
  name: 'audit-log.resend-dead-letters.v1',
  needs: 'dead-letters.decide',
  summary:
    'Give waiting letters back to the queue in which they failed, unchanged, to each queue at most so many a second. Repeating it is harmless.',
  data: z.object({ ...scope, selection: deadLetterSelectionSchema, perSecond: z.int().min(1).max(200) }),
  reply: z.object({
    /** Letters that are on their way now. */
    accepted: z.int(),
    /** When the last of them is due; null when none is. */
    lastDueAt: z.iso.datetime().nullable(),
    /** Letters that match and stay, because too little of their body was kept. */
    notResendable: z.int(),
    /** Letters that match and still wait, because there are more than one decision takes: decide again for them. */
    left: z.int(),
  }),
  example: { scope: 'tenant', selection: exampleSelection, perSecond: 20 },
  replyExample: { accepted: 12, lastDueAt: '2026-11-18T16:02:31.600Z', notResendable: 0, left: 0 },
});

export const discardDeadLetters = defineQuery({
  name: 'audit-log.discard-dead-letters.v1',
  needs: 'dead-letters.decide',
  summary: 'Decide that waiting letters are not needed any more. They stay readable, with the reason.',
  data: z.object({ ...scope, selection: deadLetterSelectionSchema, reason: z.string().trim().min(1).max(500) }),
  reply: z.object({
    discarded: z.int(),
    /** Letters that match and still wait, because there are more than one decision takes: decide again for them. */
    left: z.int(),
  }),
  example: { scope: 'tenant', selection: exampleSelection, reason: 'Sent by a client that is switched off now.' },
  replyExample: { discarded: 12, left: 0 },
});

export const editDeadLetter = defineQuery({
  name: 'audit-log.edit-dead-letter.v1',
  needs: 'dead-letters.decide',
  summary:
    'Send a waiting command again with other data: a new message, caused by the old one, checked against its contract.',
  data: z.object({
    deadLetterId: z.uuid(),
    data: z.record(z.string(), z.unknown()),
    reason: z.string().trim().min(1).max(500),
  }),
  reply: z.object({ messageId: z.uuid() }),
  example: {
    deadLetterId: exampleDeadLetter.deadLetterId,
    data: { connectionId: exampleFirm.ghlConnectionId, entityVersion: { epoch: 0, n: 2 } },
    reason: 'The version was a bare number.',
  },
  replyExample: { messageId: 'd5e8137b-6f40-4a9c-b21d-80c3f7a5e946' },
});
