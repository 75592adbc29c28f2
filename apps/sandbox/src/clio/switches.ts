import { z } from 'zod';

/**
 * Every behaviour that clio-api.md marks UNCONFIRMED, and the few that depend on the account: each can be turned
 * either way while the sandbox runs. The default is what the reference infers.
 */
export const clioSwitchesSchema = z.object({
  /** Section 2: whether `%7B` in `fields` of a first page is understood. Following `next` always works. */
  encodedBracesAccepted: z.boolean().default(true),
  /** Section 3.1: whether `order=id(asc)` is taken where the specification lists no order. */
  undocumentedOrderAccepted: z.boolean().default(true),
  /** Section 3.1: whether payments that were recorded by hand are listed beside online payments. */
  manualPaymentsListed: z.boolean().default(false),
  /** Section 4: `meta.records`, which only third parties mention. */
  metaRecords: z.boolean().default(true),
  /** Section 4: whether `updated_since` and `created_since` include their own instant. */
  sinceIsInclusive: z.boolean().default(true),
  /** Section 4: whether a new e-mail, custom field value or stage changes `updated_at` of the record around it. */
  nestedChangesTouchRecord: z.boolean().default(true),
  /** Section 5: type in the body of a 429. */
  rateLimitErrorType: z.string().default('RateLimited'),
  /** Section 6: docs say 2592000 (30 days), live reports 604800 (7 days). */
  accessTokenSeconds: z.int().positive().default(2_592_000),
  /** Section 6: whether a refresh ends the access token before it. */
  refreshEndsPreviousToken: z.boolean().default(false),
  /** Section 6: documented as not rotated; one source claims rotation. */
  refreshTokenRotates: z.boolean().default(false),
  /** Section 6: whether deauthorizing an access token ends the refresh token too; the page names the token only. */
  deauthorizeEndsGrant: z.boolean().default(true),
  /** Section 6: whether a code_challenge that was sent must be answered by its verifier. */
  pkceEnforced: z.boolean().default(true),
  /** Section 7: what a webhook without `events` hears. */
  webhookWithoutEvents: z.enum(['all', 'none', 'refused']).default('all'),
  /** Section 7: whether watching `updated_at` means hearing every update. */
  updatedAtIsWatchable: z.boolean().default(true),
  /** Section 7: encoding of X-Hook-Signature. */
  webhookSignatureEncoding: z.enum(['hex', 'base64']).default('hex'),
  /** Section 7: whether a new URL with a new handshake leads out of `suspended`. */
  newUrlEndsSuspension: z.boolean().default(true),
  /** Section 7: number of webhooks a user may have; null for no limit. */
  webhookLimit: z.int().positive().nullable().default(null),
  /** Section 8.1: whether closing a matter fills in close_date. */
  closingSetsCloseDate: z.boolean().default(true),
  /** Section 8.1: whether a stage of another practice area is refused with 422. */
  foreignStageRefused: z.boolean().default(true),
  /** Section 8.3: `custom_field` of a value row came empty in one live probe. */
  customFieldAssociationEmpty: z.boolean().default(false),
  /** Section 9: X-Request-Id on answers. */
  requestIdHeader: z.boolean().default(true),

  /** Not an uncertainty but a convenience: Clio takes https callbacks only (section 7). */
  allowHttpOnLoopback: z.boolean().default(true),
  /** Nobody clicks "Allow": the authorize page redirects at once. */
  autoApprove: z.boolean().default(false),
  /** The firm that an automatic approval connects; 1 is the first. */
  autoApproveFirm: z.int().positive().default(1),
  /** The user of it that the token acts as; 0 is the account owner. */
  autoApproveUser: z.int().nonnegative().default(0),
  /** Section 5: requests per access token in any 60 seconds; null lifts the limit. */
  requestsPerMinute: z.int().positive().nullable().default(50),
  /** Section 5: 60 seconds. Benchmarks that fill many windows have shorter ones. */
  rateWindowSeconds: z.int().positive().default(60),
  /** Section 6: collections that the app's permissions do not cover; they answer 403. */
  forbiddenCollections: z.array(z.string()).default([]),
  /** Section 1, changelog 4.0.8: hours hidden from the user. */
  activityHoursRedacted: z.boolean().default(false),
});
export type ClioSwitches = z.output<typeof clioSwitchesSchema>;
export type ClioSwitchesInput = z.input<typeof clioSwitchesSchema>;
