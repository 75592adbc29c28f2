import { z } from 'zod';
import { entityTypeSchema, recordSourceSchema } from '../entities/index.js';
import { exampleEntityIds } from '../entities/examples/example.js';
import { exampleFirm } from '../example-firm.js';
import { defineCommand, defineEvent, defineQuery } from '../message.js';
import { providerSchema, type Provider } from '../providers.js';
import { deletionMessages } from './deletions.js';
import { exampleCall, exampleProblem } from './examples.js';
import { operationProblemSchema } from './operations.js';

export const runModeSchema = z.enum(['initial', 'incremental', 'webhook', 'manual', 'renormalize', 'sweep']);
export type RunMode = z.output<typeof runModeSchema>;

export const resourceStateSchema = z.enum(['waiting', 'fetching', 'applying', 'completed', 'failed', 'cancelled']);
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
    /** Of what the provider counts; null where it gives no count. */
    percent: z.int().min(0).max(100).nullable(),
    startedAt: z.iso.datetime().nullable(),
    finishedAt: z.iso.datetime().nullable(),
    reason: z.string().nullable(),
  })
  .meta({ id: 'ResourceProgress' });
export type ResourceProgress = z.output<typeof resourceProgressSchema>;

/** paused: by a person, who resumes it. parked: until the account is connected again. cancelled: what it brought stays. */
export const runStateSchema = z.enum(['running', 'paused', 'parked', 'completed', 'failed', 'cancelled']);

export const runSchema = z
  .object({
    runId: z.uuid(),
    connectionId: z.uuid(),
    provider: providerSchema,
    mode: runModeSchema,
    state: runStateSchema,
    startedAt: z.iso.datetime(),
    finishedAt: z.iso.datetime().nullable(),
    /** Of all pages; null while it is not known how many there are. */
    percent: z.int().min(0).max(100).nullable(),
    /** Calls of the provider that it took so far. */
    calls: z.int(),
    /** An estimate from the pages left, the pace so far and the budget; null when nothing can be said, or nothing is going on. */
    secondsLeft: z.int().nullable(),
    resources: z.array(resourceProgressSchema),
  })
  .meta({ id: 'Run' });
export type Run = z.output<typeof runSchema>;

const exampleRun: z.input<typeof runSchema> = {
  runId: exampleFirm.runId,
  connectionId: exampleFirm.clioConnectionId,
  provider: 'clio',
  mode: 'initial',
  state: 'running',
  startedAt: '2026-11-18T15:02:12.003Z',
  finishedAt: null,
  percent: 99,
  calls: 8,
  secondsLeft: null,
  resources: [
    {
      resource: 'contacts',
      state: 'applying',
      pages: 7,
      calls: 8,
      records: 1312,
      changed: 1312,
      applied: 1200,
      events: 1199,
      rejected: 1,
      expected: 1312,
      percent: 99,
      startedAt: '2026-11-18T15:02:14.871Z',
      finishedAt: null,
      reason: null,
    },
  ],
};

export const runProgressed = defineEvent({
  name: 'sync.run-progressed.v1',
  summary: 'A run moved on: the whole progress, so that a lost event costs nothing.',
  data: runSchema,
  example: exampleRun,
});

export const freshnessSchema = z
  .object({
    resource: z.string(),
    source: z
      .enum(['webhook', 'poll'])
      .describe('webhook: told at once, and polled as a safety net. poll: asked for regularly.'),
    completeUntil: z.iso
      .datetime()
      .nullable()
      .describe('All changes up to then are in; null when it was never read whole.'),
    nextDueAt: z.iso
      .datetime()
      .nullable()
      .describe('Not polled before; null before the first poll, and when it is not polled.'),
    pollEverySeconds: z.number().describe('As the budget allows.'),
    atWorstSeconds: z
      .int()
      .nullable()
      .describe('How old what is known may become between polls; null when it is not polled.'),
    reason: z.string().nullable().describe('Why it is not polled, and what to do about it.'),
  })
  .meta({ id: 'Freshness' });
export type Freshness = z.output<typeof freshnessSchema>;

const aboutRun = {
  data: z.object({ runId: z.uuid() }),
  reply: z.object({ run: runSchema }),
  example: { runId: exampleFirm.runId },
};

export type SyncService = 'clio-sync' | 'ghl-sync';

const exampleWishes: Readonly<Record<SyncService, { connectionId: string; resources: string[] }>> = {
  'clio-sync': { connectionId: exampleFirm.clioConnectionId, resources: ['contacts', 'matters'] },
  'ghl-sync': { connectionId: exampleFirm.ghlConnectionId, resources: ['contacts', 'opportunities'] },
};

/** What a sync service is told and asked about reading its provider. */
function syncServiceMessages<Service extends SyncService>(service: Service) {
  return {
    ...deletionMessages(service),
    startRun: defineCommand({
      name: `${service}.start-run.v1`,
      needs: 'runs.start',
      summary:
        'Read a connection: everything (initial), what changed (incremental), what a person asks for (manual), what is not there any more (sweep), or hand the stored records to mapping again without asking the provider (renormalize).',
      data: z.object({
        runId: z.uuid(),
        connectionId: z.uuid(),
        mode: runModeSchema,
        /** Empty means all resources of the provider. */
        resources: z.array(z.string()),
      }),
      example: {
        runId: exampleFirm.runId,
        ...exampleWishes[service],
        mode: 'manual',
      },
    }),
    getRuns: defineQuery({
      name: `${service}.get-runs.v1`,
      needs: 'runs.read',
      summary: 'The newest runs of the tenant, or one run by its id.',
      data: z.object({ runId: z.uuid().nullable(), limit: z.int().min(1).max(50) }),
      reply: z.object({ runs: z.array(runSchema) }),
      example: { runId: null, limit: 10 },
      replyExample: { runs: [exampleRun] },
    }),
    getFreshness: defineQuery({
      name: `${service}.get-freshness.v1`,
      needs: 'runs.read',
      summary: 'How fresh what is known of each resource of an account is, and when it is read next.',
      data: z.object({ connectionId: z.uuid() }),
      reply: z.object({ resources: z.array(freshnessSchema) }),
      example: { connectionId: exampleFirm.clioConnectionId },
      replyExample: {
        resources: [
          {
            resource: 'allocations',
            source: 'poll',
            completeUntil: '2026-11-18T15:21:02.411Z',
            nextDueAt: '2026-11-18T15:23:15.411Z',
            pollEverySeconds: 133,
            atWorstSeconds: 293,
            reason: null,
          },
        ],
      },
    }),
    pauseRun: defineQuery({
      name: `${service}.pause-run.v1`,
      needs: 'runs.start',
      summary: 'Let a run rest until it is resumed; pages being read are finished. Repeating it is harmless.',
      ...aboutRun,
      replyExample: { run: { ...exampleRun, state: 'paused' } },
    }),
    resumeRun: defineQuery({
      name: `${service}.resume-run.v1`,
      needs: 'runs.start',
      summary: 'Let a paused run go on where it was. Repeating it is harmless.',
      ...aboutRun,
      replyExample: { run: exampleRun },
    }),
    cancelRun: defineQuery({
      name: `${service}.cancel-run.v1`,
      needs: 'runs.start',
      summary:
        'End a run, or one resource of it, for good: what was applied stays, and what was not read yet counts as not read. Repeating it is harmless.',
      ...aboutRun,
      data: z.object({
        runId: z.uuid(),
        /** null: all that is not over. */
        resource: z.string().nullable(),
      }),
      example: { runId: exampleFirm.runId, resource: 'contacts' },
      replyExample: { run: { ...exampleRun, state: 'cancelled', finishedAt: '2026-11-18T15:09:40.118Z' } },
    }),
  };
}

export type SyncServiceMessages = ReturnType<typeof syncServiceMessages<SyncService>>;
export const clioSyncMessages = syncServiceMessages('clio-sync');
export const ghlSyncMessages = syncServiceMessages('ghl-sync');
export const syncMessagesOf: Readonly<Record<Provider, SyncServiceMessages>> = {
  clio: clioSyncMessages,
  ghl: ghlSyncMessages,
};

export const upsertGhlContact = defineCommand({
  name: 'ghl-sync.upsert-contact.v1',
  needs: { services: ['mapping', 'audit-log'] },
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
  example: {
    connectionId: exampleFirm.ghlConnectionId,
    entityId: exampleEntityIds.contact,
    entityVersion: { epoch: 0, n: 2 },
    ghlContactId: exampleFirm.ghlContactId,
    fields: {
      firstName: 'Marisol',
      lastName: 'Tenbrook',
      companyName: null,
      email: 'm.tenbrook@fernhill-pottery.example',
      phone: '+12025550143',
      address1: '18 Alder Court',
      city: 'Arlington',
      state: 'VA',
      postalCode: '22201',
      dateOfBirth: '1984-03-09',
    },
  },
});

export const writeFinished = defineEvent({
  name: 'sync.write-finished.v1',
  summary: 'A write task ended. `succeeded` names the record on the other side; mapping keeps the link.',
  data: z.object({
    taskId: z.uuid(),
    provider: providerSchema,
    connectionId: z.uuid(),
    resource: z.string(),
    /** Null for a write that a person asked for: it was of a record, whatever entity that belongs to. */
    entityType: entityTypeSchema.nullable(),
    entityId: z.uuid().nullable(),
    entityVersion: z.object({ epoch: z.int(), n: z.int() }).nullable(),
    outcome: z.enum(['succeeded', 'refused', 'superseded', 'unknown']),
    recordId: z.string().nullable(),
    reason: z.string().nullable(),
    /** Why it did not succeed. */
    problem: operationProblemSchema.nullish(),
    /** The record as the provider gave it after the write, or after it refused a change of an older one. */
    record: z.object({ revision: z.int().positive(), body: z.record(z.string(), z.unknown()) }).nullish(),
  }),
  example: {
    taskId: '4a1d7e90-6c25-4b38-8f0a-d91e3c57b264',
    provider: 'ghl',
    connectionId: exampleFirm.ghlConnectionId,
    resource: 'contacts',
    entityType: 'contact',
    entityId: exampleEntityIds.contact,
    entityVersion: { epoch: 0, n: 2 },
    outcome: 'succeeded',
    recordId: exampleFirm.ghlContactId,
    reason: null,
  },
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
  example: exampleCall,
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
  example: exampleProblem,
});

export { recordSourceSchema };
