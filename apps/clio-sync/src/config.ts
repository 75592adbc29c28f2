import { budgetWindow } from '@firmbridge/sync-engine';
import { z } from 'zod';
import { webhookBase } from './domain/webhooks/webhook-address.js';

/** Zero lifts a limit. The effective budget is never above what Clio's own headers allow. */
const limit = (fallback: number) => z.coerce.number().int().min(0).default(fallback);

export const clioSyncConfig = z
  .object({
    CLIO_REQUESTS_PER_MINUTE: limit(60),
    CLIO_REQUESTS_PER_HOUR: limit(1_000),
    /** The window that Clio's own headers speak of; only the sandbox has another one. */
    CLIO_RATE_WINDOW_SECONDS: z.coerce.number().int().min(1).max(3_599).default(60),
    CLIO_POLL_INTERVAL_SECONDS: z.coerce.number().int().min(1).default(60),
    CLIO_SWEEP_INTERVAL_HOURS: z.coerce.number().int().min(1).max(720).default(24),
    CLIO_SYNC_CONCURRENCY: z.coerce.number().int().min(1).max(64).default(6),
    CLIO_MAX_UNAPPLIED_PAGES: z.coerce.number().int().min(1).max(100).default(4),
    CLIO_PAGE_LEASE_SECONDS: z.coerce.number().int().min(2).max(600).default(10),
    CLIO_PAGE_ATTEMPTS: z.coerce.number().int().min(1).max(20).default(5),
    VAULT_KEYS: z.string().min(1),
    /** Where Clio reaches this service; without it nothing is subscribed and changes are polled. */
    PUBLIC_URL: z
      .union([z.literal(''), z.url({ protocol: /^https?$/ })])
      .optional()
      .transform((text) => text?.replace(/\/+$/, '') || null),
    CLIO_WEBHOOK_QUIET_MS: z.coerce.number().int().min(0).max(60_000).default(2_000),
    CLIO_WEBHOOK_LONGEST_MS: z.coerce.number().int().min(0).max(600_000).default(30_000),
    CLIO_WEBHOOK_CONCURRENCY: z.coerce.number().int().min(1).max(64).default(4),
    CLIO_WEBHOOK_CHECK_SECONDS: z.coerce.number().int().min(1).max(86_400).default(300),
    CLIO_WEBHOOK_KEPT_DAYS: z.coerce.number().int().min(1).max(365).default(7),
    CLIO_WRITE_CONCURRENCY: z.coerce.number().int().min(1).max(64).default(4),
    CLIO_WRITE_LEASE_SECONDS: z.coerce.number().int().min(2).max(600).default(20),
    CLIO_WRITE_ATTEMPTS: z.coerce.number().int().min(1).max(20).default(6),
  })
  .transform((env) => ({
    // Clio publishes only the least that it allows (50 a minute, at peak hours), so there is nothing to refuse above.
    budget: [
      budgetWindow(env.CLIO_RATE_WINDOW_SECONDS, env.CLIO_REQUESTS_PER_MINUTE, { usual: 60 }),
      budgetWindow(3_600, env.CLIO_REQUESTS_PER_HOUR, { usual: 1_000 }),
    ],
    rateWindowSeconds: env.CLIO_RATE_WINDOW_SECONDS,
    pollIntervalSeconds: env.CLIO_POLL_INTERVAL_SECONDS,
    sweepIntervalSeconds: env.CLIO_SWEEP_INTERVAL_HOURS * 3_600,
    concurrency: env.CLIO_SYNC_CONCURRENCY,
    maxUnapplied: env.CLIO_MAX_UNAPPLIED_PAGES,
    leaseSeconds: env.CLIO_PAGE_LEASE_SECONDS,
    maxAttempts: env.CLIO_PAGE_ATTEMPTS,
    vaultKeys: env.VAULT_KEYS,
    webhooks: {
      base: webhookBase(env.PUBLIC_URL),
      window: { trailingMs: env.CLIO_WEBHOOK_QUIET_MS, longestMs: env.CLIO_WEBHOOK_LONGEST_MS },
      concurrency: env.CLIO_WEBHOOK_CONCURRENCY,
      checkMs: env.CLIO_WEBHOOK_CHECK_SECONDS * 1000,
      keptDays: env.CLIO_WEBHOOK_KEPT_DAYS,
    },
    writes: {
      concurrency: env.CLIO_WRITE_CONCURRENCY,
      leaseSeconds: env.CLIO_WRITE_LEASE_SECONDS,
      maxAttempts: env.CLIO_WRITE_ATTEMPTS,
    },
  }));
export type ClioSyncConfig = z.output<typeof clioSyncConfig>;
