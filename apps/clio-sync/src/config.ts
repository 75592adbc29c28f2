import { z } from 'zod';

/** Zero lifts a limit. The effective budget is never above what Clio's own headers allow. */
const limit = (fallback: number) => z.coerce.number().int().min(0).default(fallback);

export const clioSyncConfig = z
  .object({
    CLIO_REQUESTS_PER_MINUTE: limit(60),
    CLIO_REQUESTS_PER_HOUR: limit(1_000),
    CLIO_POLL_INTERVAL_SECONDS: z.coerce.number().int().min(1).default(60),
    CLIO_SYNC_CONCURRENCY: z.coerce.number().int().min(1).max(64).default(6),
    CLIO_MAX_UNAPPLIED_PAGES: z.coerce.number().int().min(1).max(100).default(4),
    CLIO_PAGE_LEASE_SECONDS: z.coerce.number().int().min(2).max(600).default(10),
    CLIO_PAGE_ATTEMPTS: z.coerce.number().int().min(1).max(20).default(5),
  })
  .transform((env) => ({
    budget: { perMinute: env.CLIO_REQUESTS_PER_MINUTE, perHour: env.CLIO_REQUESTS_PER_HOUR },
    pollIntervalSeconds: env.CLIO_POLL_INTERVAL_SECONDS,
    concurrency: env.CLIO_SYNC_CONCURRENCY,
    maxUnapplied: env.CLIO_MAX_UNAPPLIED_PAGES,
    leaseSeconds: env.CLIO_PAGE_LEASE_SECONDS,
    maxAttempts: env.CLIO_PAGE_ATTEMPTS,
  }));
export type ClioSyncConfig = z.output<typeof clioSyncConfig>;
