import { z } from 'zod';
import { entityTypeSchema, recordSourceSchema } from '../entities/index.js';
import { defineCommand, defineEvent, defineQuery } from '../message.js';
import { providerSchema } from '../providers.js';

export const runModeSchema = z.enum(['initial', 'incremental', 'webhook', 'manual']);
export type RunMode = z.output<typeof runModeSchema>;

export const resourceStateSchema = z.enum(['waiting', 'fetching', 'applying', 'completed', 'failed']);
export type ResourceState = z.output<typeof resourceStateSchema>;

/** Progress of one resource within a run. */
export const resourceProgressSchema = z
  .object({
    resource: z.string(),
    state: resourceStateSchema,
    pages: z.int(),
    calls: z.int(),
    /** Records the provider gave. */
    records: z.int(),
    /** Of those, how many differed from what was known. */
    changed: z.int(),
    /** Changed records that mapping has applied. */
    applied: z.int(),
    /** Entity events that came of them. */
    events: z.int(),
    /** Records set aside because they could not be read or normalized. */
    rejected: z.int(),
    /** The provider's own count, where it gives one. */
    expected: z.int().nullable(),
    startedAt: z.iso.datetime().nullable(),
    finishedAt: z.iso.datetime().nullable(),
    reason: z.string().nullable(),
  })
  .meta({ id: 'ResourceProgress' });
export type ResourceProgress = z.output<typeof resourceProgressSchema>;

export const runStateSchema = z.enum(['running', 'parked', 'completed', 'failed']);

export const runSchema = z
  .object({
    runId: z.uuid(),
    connectionId: z.uuid(),
    provider: providerSchema,
    mode: runModeSchema,
    state: runStateSchema,
    startedAt: z.iso.datetime(),
    finishedAt: z.iso.datetime().nullable(),
    resources: z.array(resourceProgressSchema),
  })
  .meta({ id: 'Run' });
export type Run = z.output<typeof runSchema>;

export const runProgressed = defineEvent({
  name: 'sync.run-progressed.v1',
  summary: 'A run moved on: the whole progress, so that a lost event costs nothing.',
  data: runSchema,
});

export const clioSyncMessages = {
  startRun: defineCommand({
    name: 'clio-sync.start-run.v1',
    summary: 'Read a connection: everything (initial), what changed (incremental), or what a person asks for (manual).',
    data: z.object({
      runId: z.uuid(),
      connectionId: z.uuid(),
      mode: runModeSchema,
      /** Empty means all resources of the provider. */
      resources: z.array(z.string()),
    }),
  }),
  getRuns: defineQuery({
    name: 'clio-sync.get-runs.v1',
    summary: 'The newest runs of the tenant, or one run by its id.',
    data: z.object({ runId: z.uuid().nullable(), limit: z.int().min(1).max(50) }),
    reply: z.object({ runs: z.array(runSchema) }),
  }),
};

export const upsertGhlContact = defineCommand({
  name: 'ghl-sync.upsert-contact.v1',
  summary: 'Bring a contact of a GHL location to the given values; older versions of the same entity are ignored.',
  data: z.object({
    connectionId: z.uuid(),
    entityId: z.uuid(),
    entityVersion: z.object({ epoch: z.int(), n: z.int() }),
    /** The GHL contact already linked to the entity, if any. */
    ghlContactId: z.string().nullable(),
    fields: z.object({
      firstName: z.string().nullable(),
      lastName: z.string().nullable(),
      companyName: z.string().nullable(),
      email: z.string().nullable(),
      phone: z.string().nullable(),
      address1: z.string().nullable(),
      city: z.string().nullable(),
      state: z.string().nullable(),
      postalCode: z.string().nullable(),
      dateOfBirth: z.string().nullable(),
    }),
  }),
});

export const writeFinished = defineEvent({
  name: 'sync.write-finished.v1',
  summary: 'A write task ended. `succeeded` names the record on the other side; mapping keeps the link.',
  data: z.object({
    taskId: z.uuid(),
    provider: providerSchema,
    connectionId: z.uuid(),
    resource: z.string(),
    entityType: entityTypeSchema,
    entityId: z.uuid(),
    entityVersion: z.object({ epoch: z.int(), n: z.int() }),
    outcome: z.enum(['succeeded', 'refused', 'superseded', 'unknown']),
    recordId: z.string().nullable(),
    reason: z.string().nullable(),
  }),
});

/** One attempt of one provider call. Bodies only of writes and failures, redacted. */
export const providerCallAttempted = defineEvent({
  name: 'provider.call-attempted.v1',
  summary: 'A provider was called once: who, what, how it ended, what was left of the budget. Never a secret.',
  data: z.object({
    service: z.string(),
    provider: providerSchema,
    connectionId: z.uuid(),
    operation: z.string(),
    method: z.string(),
    /** Path and query, with tokens removed. */
    path: z.string(),
    attempt: z.int().min(1),
    status: z.int().nullable(),
    durationMs: z.int(),
    startedAt: z.iso.datetime(),
    errorCode: z.string().nullable(),
    errorMessage: z.string().nullable(),
    rateLimit: z.object({
      limit: z.int().nullable(),
      remaining: z.int().nullable(),
      resetAt: z.iso.datetime().nullable(),
    }),
    requestBody: z.string().nullable(),
    responseBody: z.string().nullable(),
  }),
});

export const problemRaised = defineEvent({
  name: 'platform.problem-raised.v1',
  summary:
    'Something failed in a way a person should be able to find: a record set aside, a resource that failed, a write refused.',
  data: z.object({
    service: z.string(),
    code: z.string(),
    message: z.string(),
    provider: providerSchema.nullable(),
    connectionId: z.uuid().nullable(),
    resource: z.string().nullable(),
    recordId: z.string().nullable(),
    runId: z.uuid().nullable(),
    details: z.record(z.string(), z.unknown()),
  }),
});

export { recordSourceSchema };
