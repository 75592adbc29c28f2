import { ghlWebhookPublicKey } from '@firmbridge/ghl-api';
import { budgetWindow } from '@firmbridge/sync-engine';
import { z } from 'zod';
import { readSigningKeys } from './domain/signing-keys.js';

/** Zero lifts a limit. GHL's own limits are 100 per 10 s and 200 000 a day for an app in a location. */
const limit = (fallback: number) => z.coerce.number().int().min(0).default(fallback);

const keys = z
  .string()
  .default(ghlWebhookPublicKey)
  .transform((text, context) => {
    try {
      return readSigningKeys(text.split(',').map((key) => key.trim()));
    } catch (error) {
      const message = error instanceof Error ? error.message : 'unreadable';
      context.addIssue({
        code: 'custom',
        message: `Expected Ed25519 public keys, base64 of SPKI, separated by commas (${message})`,
      });
      return z.NEVER;
    }
  });

export const ghlSyncConfig = z
  .object({
    GHL_REQUESTS_PER_10_SECONDS: limit(100),
    GHL_REQUESTS_PER_DAY: limit(200_000),
    GHL_POLL_INTERVAL_SECONDS: z.coerce.number().int().min(1).default(60),
    GHL_SWEEP_INTERVAL_HOURS: z.coerce.number().int().min(1).max(720).default(24),
    GHL_SYNC_CONCURRENCY: z.coerce.number().int().min(1).max(64).default(6),
    GHL_MAX_UNAPPLIED_PAGES: z.coerce.number().int().min(1).max(100).default(4),
    GHL_PAGE_LEASE_SECONDS: z.coerce.number().int().min(2).max(600).default(10),
    GHL_PAGE_ATTEMPTS: z.coerce.number().int().min(1).max(20).default(5),
    /** Where GoHighLevel reaches this service: told to whoever sets the app up. */
    PUBLIC_URL: z
      .union([z.literal(''), z.url({ protocol: /^https?$/ })])
      .optional()
      .transform((text) => text?.replace(/\/+$/, '') || null),
    GHL_WEBHOOK_PUBLIC_KEYS: keys,
    GHL_WEBHOOK_QUIET_MS: z.coerce.number().int().min(0).max(60_000).default(2_000),
    GHL_WEBHOOK_LONGEST_MS: z.coerce.number().int().min(0).max(600_000).default(30_000),
    GHL_WEBHOOK_CONCURRENCY: z.coerce.number().int().min(1).max(64).default(4),
    GHL_WEBHOOK_KEPT_DAYS: z.coerce.number().int().min(1).max(365).default(30),
    GHL_WRITE_CONCURRENCY: z.coerce.number().int().min(1).max(64).default(4),
    GHL_WRITE_LEASE_SECONDS: z.coerce.number().int().min(2).max(600).default(60),
    GHL_WRITE_ATTEMPTS: z.coerce.number().int().min(1).max(20).default(6),
  })
  .transform((env) => ({
    budget: [
      budgetWindow(10, env.GHL_REQUESTS_PER_10_SECONDS, { usual: 100, published: 100 }),
      budgetWindow(86_400, env.GHL_REQUESTS_PER_DAY, { usual: 200_000, published: 200_000 }),
    ],
    pollIntervalSeconds: env.GHL_POLL_INTERVAL_SECONDS,
    sweepIntervalSeconds: env.GHL_SWEEP_INTERVAL_HOURS * 3_600,
    concurrency: env.GHL_SYNC_CONCURRENCY,
    maxUnapplied: env.GHL_MAX_UNAPPLIED_PAGES,
    leaseSeconds: env.GHL_PAGE_LEASE_SECONDS,
    maxAttempts: env.GHL_PAGE_ATTEMPTS,
    webhooks: {
      address: env.PUBLIC_URL === null ? null : `${env.PUBLIC_URL}/webhooks/ghl`,
      keys: env.GHL_WEBHOOK_PUBLIC_KEYS,
      window: { trailingMs: env.GHL_WEBHOOK_QUIET_MS, longestMs: env.GHL_WEBHOOK_LONGEST_MS },
      concurrency: env.GHL_WEBHOOK_CONCURRENCY,
      keptDays: env.GHL_WEBHOOK_KEPT_DAYS,
    },
    writes: {
      concurrency: env.GHL_WRITE_CONCURRENCY,
      leaseSeconds: env.GHL_WRITE_LEASE_SECONDS,
      maxAttempts: env.GHL_WRITE_ATTEMPTS,
    },
  }));
export type GhlSyncConfig = z.output<typeof ghlSyncConfig>;
