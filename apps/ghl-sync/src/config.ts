import { z } from 'zod';

/** Zero lifts a limit. GHL's own limits are 100 per 10 s and 200 000 a day for an app in a location. */
const limit = (fallback: number) => z.coerce.number().int().min(0).default(fallback);

export const ghlSyncConfig = z
  .object({
    GHL_REQUESTS_PER_10_SECONDS: limit(100),
    GHL_REQUESTS_PER_DAY: limit(200_000),
    GHL_WRITE_CONCURRENCY: z.coerce.number().int().min(1).max(64).default(4),
    GHL_WRITE_LEASE_SECONDS: z.coerce.number().int().min(2).max(600).default(60),
    GHL_WRITE_ATTEMPTS: z.coerce.number().int().min(1).max(20).default(6),
  })
  .transform((env) => ({
    budget: { per10Seconds: env.GHL_REQUESTS_PER_10_SECONDS, perDay: env.GHL_REQUESTS_PER_DAY },
    writes: {
      concurrency: env.GHL_WRITE_CONCURRENCY,
      leaseSeconds: env.GHL_WRITE_LEASE_SECONDS,
      maxAttempts: env.GHL_WRITE_ATTEMPTS,
    },
  }));
export type GhlSyncConfig = z.output<typeof ghlSyncConfig>;
