import { z } from 'zod';
import { errorKinds, type ErrorKind } from '../errors.js';
import { exampleFirm } from '../example-firm.js';
import { defineCommand, defineQuery } from '../message.js';
import { providerSchema } from '../providers.js';

const errorKindNames = Object.keys(errorKinds) as [ErrorKind, ...ErrorKind[]];

/**
 * `waiting` for its turn, for budget or for another attempt; `writing`; `succeeded`; `refused`, for certain nothing was written;
 * `unknown`, it may have happened and a person decides; `dismissed`, a person decided to leave it; `cancelled`, the connection
 * ended; `superseded`, a newer write of the same entity took its place.
 */
export const operationStateSchema = z.enum([
  'waiting',
  'writing',
  'succeeded',
  'refused',
  'unknown',
  'dismissed',
  'cancelled',
  'superseded',
]);

/** Why a write did not succeed, or has not yet: ours, or the provider's refusal with its own words in `details`. */
export const operationProblemSchema = z
  .object({
    kind: z.enum(errorKindNames),
    code: z.string(),
    message: z.string(),
    retryAfterMs: z.int().nullable(),
    details: z.record(z.string(), z.unknown()),
  })
  .meta({ id: 'OperationProblem' });
export type OperationProblem = z.output<typeof operationProblemSchema>;

const recordSchema = z.record(z.string(), z.unknown());

export const operationSchema = z
  .object({
    operationId: z.uuid(),
    provider: providerSchema,
    connectionId: z.uuid(),
    resource: z.string(),
    action: z.enum(['create', 'update']),
    /** Of what was to be changed, or was made. */
    recordId: z.string().nullable(),
    state: operationStateSchema,
    attempts: z.int(),
    /** Who wanted it, as in a message's `actor` without the roles. */
    requestedBy: z.string(),
    requestedAt: z.iso.datetime(),
    /** Of a waiting one. */
    nextAttemptAt: z.iso.datetime().nullable(),
    finishedAt: z.iso.datetime().nullable(),
    /** The record as the provider gave it after the write. */
    record: recordSchema.nullable(),
    problem: operationProblemSchema.nullable(),
    /** The same for the same request. */
    requestHash: z.string(),
    decision: z
      .object({
        decision: z.enum(['happened', 'again', 'dismiss']),
        decidedBy: z.string(),
        decidedAt: z.iso.datetime(),
      })
      .nullable(),
  })
  .meta({ id: 'Operation', description: 'One write that somebody asked for, and what became of it.' });
export type Operation = z.output<typeof operationSchema>;

const operationId = '7c1e94a2-5f0b-4d86-a3e7-19c8d2b6f405';
const matterId = '1420981';

const exampleOperation: z.input<typeof operationSchema> = {
  operationId,
  provider: 'clio',
  connectionId: exampleFirm.clioConnectionId,
  resource: 'matters',
  action: 'update',
  recordId: matterId,
  state: 'succeeded',
  attempts: 1,
  requestedBy: `person:${exampleFirm.personId}`,
  requestedAt: '2026-11-18T15:31:02.114Z',
  nextAttemptAt: null,
  finishedAt: '2026-11-18T15:31:02.871Z',
  record: { id: 1420981, etag: '"5d1f"', status: 'Closed', close_date: '2026-11-18' },
  problem: null,
  requestHash: 'b0v3Zk1Qm7XhTq9cYw2sPj4nLd8rFg6uAe5iOx0yKtM',
  decision: null,
};

const place = { connectionId: z.uuid(), resource: z.string() };
const examplePlace = { connectionId: exampleFirm.clioConnectionId, resource: 'matters' };
const version = z.object({ record: recordSchema, etag: z.string().nullable() });

export const clioWriteMessages = {
  writeRecord: defineCommand({
    name: 'clio-sync.write-record.v1',
    needs: 'records.write',
    summary:
      'Create a record in Clio (without `recordId`) or change one. What comes of it is an operation with the id that the command names.',
    data: z.object({
      operationId: z.uuid(),
      ...place,
      recordId: z.string().nullable(),
      /** In Clio's own words. */
      changes: z.record(z.string(), z.unknown()),
      /** Only while the record still has this etag. */
      ifMatch: z.string().nullable(),
      requestHash: z.string(),
      /** Until then somebody waits for the outcome: a pause beyond it ends the operation instead of trying behind their back. */
      answerBy: z.iso.datetime().nullable(),
    }),
    example: {
      operationId,
      ...examplePlace,
      recordId: matterId,
      changes: { status: 'closed', close_date: '2026-11-18' },
      ifMatch: '"4c0e"',
      requestHash: exampleOperation.requestHash,
      answerBy: '2026-11-18T15:31:12.114Z',
    },
  }),
  readRecord: defineQuery({
    name: 'clio-sync.read-record.v1',
    needs: 'records.read',
    summary: 'One record as it is in Clio now, with everything that whoever edits it has to see.',
    data: z.object({ ...place, recordId: z.string() }),
    reply: version,
    example: { ...examplePlace, recordId: matterId },
    replyExample: { record: { id: 1420981, etag: '"4c0e"', status: 'Open' }, etag: '"4c0e"' },
  }),
  findRecords: defineQuery({
    name: 'clio-sync.find-records.v1',
    needs: 'records.read',
    summary:
      'Records as they are in Clio now: contacts by name or by the practice area of their matters, activities by matter.',
    data: z.object({
      ...place,
      filter: z.object({
        name: z.string().nullable(),
        practiceAreaId: z.string().nullable(),
        matterId: z.string().nullable(),
      }),
      limit: z.int().min(1).max(50),
      cursor: z.string().nullable(),
    }),
    reply: z.object({ records: z.array(recordSchema), nextCursor: z.string().nullable() }),
    example: {
      connectionId: exampleFirm.clioConnectionId,
      resource: 'contacts',
      filter: { name: 'Tenbrook', practiceAreaId: null, matterId: null },
      limit: 20,
      cursor: null,
    },
    replyExample: { records: [{ id: 1187240963, type: 'Person', name: 'Marisol Tenbrook' }], nextCursor: null },
  }),
  getOperations: defineQuery({
    name: 'clio-sync.get-operations.v1',
    needs: 'records.read',
    summary:
      'One operation by its id, or the newest ones; those of a state, such as the unknown ones that wait for a decision.',
    data: z.object({
      operationId: z.uuid().nullable(),
      state: operationStateSchema.nullable(),
      limit: z.int().min(1).max(50),
    }),
    reply: z.object({ operations: z.array(operationSchema) }),
    example: { operationId: null, state: 'unknown', limit: 20 },
    replyExample: { operations: [exampleOperation] },
  }),
  decideOperation: defineQuery({
    name: 'clio-sync.decide-operation.v1',
    needs: 'records.write',
    summary:
      'Decide an operation whose outcome is unknown: it happened (the record is read again and taken over), do it again, or leave it.',
    data: z.object({
      operationId: z.uuid(),
      decision: z.enum(['happened', 'again', 'dismiss']),
      /** Of what was made, where a creation happened. */
      recordId: z.string().nullable(),
    }),
    reply: z.object({ operation: operationSchema }),
    example: { operationId, decision: 'dismiss', recordId: null },
    replyExample: {
      operation: {
        ...exampleOperation,
        state: 'dismissed',
        record: null,
        decision: {
          decision: 'dismiss',
          decidedBy: `person:${exampleFirm.personId}`,
          decidedAt: '2026-11-18T16:02:40.000Z',
        },
      },
    },
  }),
};

export const ghlWriteMessages = {
  writeRecord: defineCommand({
    name: 'ghl-sync.write-record.v1',
    needs: { services: ['mapping', 'audit-log'] },
    summary:
      'Create a record in a GHL location (without `recordId`) or change one. `sync.write-finished` tells what came of it, under the id that the command names.',
    data: z.object({
      operationId: z.uuid(),
      ...place,
      recordId: z.string().nullable(),
      /** In GHL's own words. */
      changes: z.record(z.string(), z.unknown()),
      requestHash: z.string(),
      /** Of the record for which the changes were decided; a later one is not written over. */
      revision: z.int().positive().nullish(),
    }),
    example: {
      operationId,
      connectionId: exampleFirm.ghlConnectionId,
      resource: 'contacts',
      recordId: exampleFirm.ghlContactId,
      changes: { email: 'm.tenbrook@fernhill-pottery.example' },
      requestHash: exampleOperation.requestHash,
      revision: 3,
    },
  }),
};
