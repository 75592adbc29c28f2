import { z } from 'zod';
import { entityTypeSchema } from '../entities/index.js';
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

export const normalizeRecords = defineCommand({
  name: 'mapping.normalize-records.v1',
  summary: 'Turn changed records of one resource into entities. A bad record is set aside and harms no other.',
  lanes: ['live', 'backfill'],
  data: z.object({
    ...recordBatch,
    cause: causeSchema,
    records: z.array(changedRecordSchema).min(1).max(recordPageLimits.records),
  }),
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
});

export const entityViewSchema = z
  .object({
    entityType: entityTypeSchema,
    entityId: z.uuid(),
    version: z.object({ epoch: z.int(), n: z.int() }),
    title: z.string(),
    state: z.record(z.string(), z.unknown()),
    deleted: z.boolean(),
    updatedAt: z.iso.datetime(),
    links: z.array(
      z.object({ provider: providerSchema, connectionId: z.uuid(), resource: z.string(), recordId: z.string() }),
    ),
  })
  .meta({ id: 'Entity' });
export type EntityView = z.output<typeof entityViewSchema>;

export const searchEntities = defineQuery({
  name: 'mapping.search-entities.v1',
  summary: 'Entities of the tenant by type and text, newest change first.',
  data: z.object({
    entityType: entityTypeSchema.nullable(),
    text: z.string().max(200).nullable(),
    entityId: z.uuid().nullable(),
    limit: z.int().min(1).max(50),
    cursor: z.string().nullable(),
  }),
  reply: z.object({ entities: z.array(entityViewSchema), nextCursor: z.string().nullable() }),
});

export const countEntities = defineQuery({
  name: 'mapping.count-entities.v1',
  summary: 'How many entities of each type the tenant has.',
  data: z.object({}),
  reply: z.object({ counts: z.array(z.object({ entityType: entityTypeSchema, count: z.int() })) }),
});
