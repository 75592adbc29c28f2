import { clioResourceNames } from '@firmbridge/clio-api';
import { ghlResourceNames } from '@firmbridge/ghl-api';
import { syncMessages } from '@firmbridge/contracts';
import { z } from 'zod';
import { limitParameter } from './page.schemas.js';

/** Of any provider; each reads some of them. */
export const resourceName = z.enum([...new Set<string>([...clioResourceNames, ...ghlResourceNames])]);

export const newRun = z
  .strictObject({
    mode: z
      .enum(['initial', 'incremental', 'manual', 'sweep'])
      .describe(
        'initial: all history. incremental: what changed. manual: what a person asks for, all of it. sweep: only looks for deleted records.',
      ),
    resources: z.array(resourceName).max(50).default([]).describe('Empty means all.'),
  })
  .meta({ id: 'NewRun' });
export type NewRun = z.output<typeof newRun>;

export const acceptedRun = z.object({ runId: z.uuid() }).meta({ id: 'AcceptedRun' });
export type AcceptedRun = z.output<typeof acceptedRun>;

export const runsQuery = z.strictObject({ limit: limitParameter });
export type RunsQuery = z.output<typeof runsQuery>;

export const run = syncMessages.runSchema;
export const runList = z.object({ runs: z.array(run) }).meta({ id: 'RunList' });
export type RunList = z.output<typeof runList>;

export const freshnessList = z
  .object({ resources: z.array(syncMessages.freshnessSchema) })
  .meta({ id: 'FreshnessList' });
export type FreshnessList = z.output<typeof freshnessList>;
