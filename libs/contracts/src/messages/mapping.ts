import { z } from 'zod';
import { entityTypeSchema } from '../entities/index.js';
import { exampleEntityIds, exampleRef } from '../entities/examples/example.js';
import { exampleFirm } from '../example-firm.js';
import { defineCommand, defineEvent, defineQuery } from '../message.js';
import { causeSchema, providerSchema } from '../providers.js';

/** A page of changed records: the same tenant, connection and resource. */
export const recordPageLimits = { records: 200, bytes: 256 * 1024 } as const;

export const changedRecordSchema = z.object({
  recordId: z.string(),
  revision: z.int().positive(),
  deleted: z.boolean(),
  /** The record as the provider gave it; the last known one when it was deleted. */
  body: z.record(z.string(), z.unknown()),
});
export type ChangedRecord = z.output<typeof changedRecordSchema>;

const recordBatch = {
  connectionId: z.uuid(),
  provider: providerSchema,
  resource: z.string(),
  runId: z.uuid().nullable(),
};

const exampleBatch = {
  connectionId: exampleFirm.clioConnectionId,
  provider: 'clio',
  resource: 'contacts',
  runId: exampleFirm.runId,
} as const;

export const normalizeRecords = defineCommand({
  name: 'mapping.normalize-records.v1',
  needs: { services: ['clio-sync', 'ghl-sync', 'audit-log'] },
  summary: 'Turn changed records of one resource into entities. A bad record is set aside and harms no other.',
  lanes: ['live', 'backfill'],
  data: z.object({
    ...recordBatch,
    cause: causeSchema,
    records: z.array(changedRecordSchema).min(1).max(recordPageLimits.records),
  }),
  example: {
    ...exampleBatch,
    cause: 'initial',
    records: [
      {
        recordId: '1187240963',
        revision: 1,
        deleted: false,
        body: { id: 1187240963, type: 'Person', first_name: 'Marisol', last_name: 'Tenbrook', is_client: true },
      },
    ],
  },
});

export const recordsApplied = defineEvent({
  name: 'mapping.records-applied.v1',
  summary: 'A page of records was applied; the run that fetched it may go on.',
  data: z.object({
    ...recordBatch,
    commandId: z.uuid(),
    received: z.int(),
    created: z.int(),
    updated: z.int(),
    deleted: z.int(),
    unchanged: z.int(),
    stale: z.int(),
    rejected: z.int(),
  }),
  example: {
    ...exampleBatch,
    commandId: '6d20c8f1-3b94-4e75-a1f6-0c7be5d839a2',
    received: 200,
    created: 197,
    updated: 0,
    deleted: 0,
    unchanged: 2,
    stale: 0,
    rejected: 1,
  },
});

/** How certain it was that both are the same, and what spoke for and against it, in words. */
export const matchGroundsSchema = z.object({ probability: z.number(), evidence: z.array(z.string()) });

export const entityViewSchema = z
  .object({
    entityType: entityTypeSchema,
    entityId: z.uuid(),
    version: z.object({ epoch: z.int(), n: z.int() }),
    title: z.string(),
    state: z.record(z.string(), z.unknown()),
    deleted: z.boolean(),
    updatedAt: z.iso.datetime(),
    mergedInto: z.uuid().nullable().describe('Where it went, when it turned out to be the same as another entity.'),
    links: z.array(
      z.object({
        provider: providerSchema,
        connectionId: z.uuid(),
        resource: z.string(),
        recordId: z.string(),
        matched: matchGroundsSchema.nullable().describe('Why the record was given this entity; null for its own.'),
      }),
    ),
  })
  .meta({ id: 'Entity' });
export type EntityView = z.output<typeof entityViewSchema>;

export const exampleView: z.input<typeof entityViewSchema> = {
  entityType: 'matter-stage',
  entityId: exampleEntityIds['matter-stage'],
  version: { epoch: 0, n: 2 },
  title: 'Discovery',
  state: { name: 'Discovery', position: 2, practiceArea: exampleRef('practice-area') },
  deleted: false,
  mergedInto: null,
  updatedAt: '2026-11-18T15:24:06.912Z',
  links: [
    {
      provider: 'clio',
      connectionId: exampleFirm.clioConnectionId,
      resource: 'matter_stages',
      recordId: '41307',
      matched: null,
    },
  ],
};

export const searchEntities = defineQuery({
  name: 'mapping.search-entities.v1',
  needs: 'entities.read',
  summary: 'Entities of the tenant by type and text, newest change first.',
  data: z.object({
    entityType: entityTypeSchema.nullable(),
    text: z.string().max(200).nullable(),
    entityId: z.uuid().nullable(),
    limit: z.int().min(1).max(50),
    cursor: z.string().nullable(),
  }),
  reply: z.object({ entities: z.array(entityViewSchema), nextCursor: z.string().nullable() }),
  example: { entityType: 'matter-stage', text: 'disc', entityId: null, limit: 20, cursor: null },
  replyExample: { entities: [exampleView], nextCursor: null },
});

export const countEntities = defineQuery({
  name: 'mapping.count-entities.v1',
  needs: 'entities.read',
  summary: 'How many entities of each type the tenant has.',
  data: z.object({}),
  reply: z.object({ counts: z.array(z.object({ entityType: entityTypeSchema, count: z.int() })) }),
  example: {},
  replyExample: {
    counts: [
      { entityType: 'contact', count: 1311 },
      { entityType: 'matter', count: 642 },
    ],
  },
});

/** Which entities to tell again: those that match everything given. */
const replayFilter = {
  /** Empty: of every type. */
  entityTypes: z.array(entityTypeSchema),
  /** Empty: all of them. */
  entityIds: z.array(z.uuid()).max(1000),
  /** Last change at or after this instant, before the other. */
  changedFrom: z.iso.datetime().nullable(),
  changedTo: z.iso.datetime().nullable(),
};

export const replayRates = { least: 1, most: 2000, usual: 200 } as const;

const replayRequest = {
  replayId: z.uuid(),
  /** The full name of the queue, which belongs to a subscriber and exists. */
  queue: z
    .string()
    .max(200)
    .regex(/^[A-Za-z0-9][A-Za-z0-9._-]*$/),
  ...replayFilter,
  perSecond: z.int().min(replayRates.least).max(replayRates.most),
};

const exampleReplayRequest = {
  replayId: '85c3f6a2-1e7b-4d09-b482-e06f5d91a7c4',
  queue: 'intake-reports.firmbridge-entities',
  entityTypes: ['contact' as const, 'matter' as const],
  entityIds: [],
  changedFrom: '2026-11-01T00:00:00.000Z',
  changedTo: null,
  perSecond: 200,
};

export const replayEntities = defineCommand({
  name: 'mapping.replay-entities.v1',
  needs: 'replays.start',
  summary:
    'Tell one subscriber the current state of entities again: an event for each, with cause `replay`, into its queue only.',
  data: z.object(replayRequest),
  example: exampleReplayRequest,
});

export const replayStates = ['running', 'completed', 'failed', 'cancelled'] as const;

export const replaySchema = z
  .object({
    ...replayRequest,
    state: z.enum(replayStates),
    /** Entities that matched when it began. */
    expected: z.int(),
    sent: z.int(),
    requestedBy: z.string(),
    startedAt: z.iso.datetime(),
    finishedAt: z.iso.datetime().nullable(),
    reason: z.string().nullable(),
  })
  .meta({ id: 'Replay' });
export type Replay = z.output<typeof replaySchema>;

const exampleReplay: z.input<typeof replaySchema> = {
  ...exampleReplayRequest,
  state: 'running',
  expected: 1953,
  sent: 1400,
  requestedBy: 'key:startup-token;admin',
  startedAt: '2026-11-18T16:40:02.118Z',
  finishedAt: null,
  reason: null,
};

export const getReplays = defineQuery({
  name: 'mapping.get-replays.v1',
  needs: 'runs.read',
  summary: 'The newest replays of the tenant, or one by its id.',
  data: z.object({ replayId: z.uuid().nullable(), limit: z.int().min(1).max(50) }),
  reply: z.object({ replays: z.array(replaySchema) }),
  example: { replayId: null, limit: 10 },
  replyExample: { replays: [exampleReplay] },
});

export const cancelReplay = defineQuery({
  name: 'mapping.cancel-replay.v1',
  needs: 'replays.start',
  summary: 'End a running replay; what was sent stays sent.',
  data: z.object({ replayId: z.uuid() }),
  reply: z.object({ replay: replaySchema }),
  example: { replayId: exampleReplay.replayId },
  replyExample: {
    replay: {
      ...exampleReplay,
      state: 'cancelled',
      finishedAt: '2026-11-18T16:40:09.530Z',
      reason: 'Asked for twice by mistake.',
    },
  },
});

/** Goes into the queue of the replay and nowhere else. */
export const replayFinished = defineEvent({
  name: 'entity-replay.finished.v1',
  exchange: 'entities',
  isAddressed: true,
  summary: 'The last message of a replay: all that was asked for is in the queue before it.',
  data: z.object({ replayId: z.uuid(), sent: z.int(), outcome: z.enum(['completed', 'cancelled']) }),
  example: { replayId: exampleReplay.replayId, sent: 1953, outcome: 'completed' },
});
