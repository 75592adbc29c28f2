import { clioResourceNameSchema } from '@firmbridge/clio-api';
import { syncMessages } from '@firmbridge/contracts';
import { z } from 'zod';
import { limitParameter } from './page.schemas.js';

export const newRun = z
  .strictObject({
    mode: z
      .enum(['initial', 'incremental', 'manual'])
      .describe('initial: all history. incremental: what changed. manual: what a person asks for, all of it.'),
    resources: z.array(clioResourceNameSchema).max(50).default([]).describe('Empty means all.'),
  })
  .meta({ id: 'NewRun' });
export type NewRun = z.output<typeof newRun>;

export const acceptedRun = z.object({ runId: z.uuid() }).meta({ id: 'AcceptedRun' });
export type AcceptedRun = z.output<typeof acceptedRun>;

export const idempotencyKey = z
  .string()
  .regex(/^[\x21-\x7e]{1,200}$/)
  .optional();

export const runsQuery = z.strictObject({ limit: limitParameter });
export type RunsQuery = z.output<typeof runsQuery>;

export const run = syncMessages.runSchema;
export const runList = z.object({ runs: z.array(run) }).meta({ id: 'RunList' });
export type RunList = z.output<typeof runList>;
