import { AppError } from '@firmbridge/contracts';

export interface BudgetWindow {
  /** Calls allowed in any stretch of `seconds`; a whole number from 1 up. */
  readonly limit: number;
  /** A whole number from 1 up. */
  readonly seconds: number;
}

/** What a person allows. No windows at all means no limit, for benchmarks. */
export interface BudgetPolicy {
  readonly windows: readonly BudgetWindow[];
  /** Part of a window that work in the background may spend at once; the rest is spread over the window. 0 to 1, default 0.6. */
  readonly burstShare?: number;
}

/** Whose budget. A key that begins with `shared:` is one budget over all tenants, any other is the tenant's own. */
export interface BudgetKey {
  readonly tenantId: string;
  readonly key: string;
}

export interface WindowObservation {
  readonly limit: number | null;
  readonly remaining: number | null;
  /** Null means the shortest window of the policy. */
  readonly windowSeconds: number | null;
  readonly resetAt: Date | null;
}

/** What the answer to one call says about the budget. */
export interface RateLimitObservation extends WindowObservation {
  readonly retryAfterMs: number | null;
  /** The HTTP status, 0 when there was no answer. */
  readonly status: number;
  /** Windows beside the first one. */
  readonly others?: readonly WindowObservation[];
}

/** The observation of a call that was not made or was not answered. */
export const noAnswer: RateLimitObservation = {
  limit: null,
  remaining: null,
  windowSeconds: null,
  resetAt: null,
  retryAfterMs: null,
  status: 0,
};

/** The mark of granted calls: when they were granted, by the store's clock. Each goes back with what came of it. */
export type Grant = number;

export interface BudgetSnapshot {
  readonly windows: readonly WindowLevel[];
  /** Calls under way, of all replicas. */
  readonly inFlight: number;
  readonly pausedUntil: Date | null;
  /** False while the provider has not yet answered: calls go one at a time. */
  readonly isObserved: boolean;
}

export interface WindowLevel {
  readonly seconds: number;
  /** The smaller of the policy's limit and the provider's. */
  readonly limit: number;
  /** Calls that count at this moment, those under way included. */
  readonly used: number;
  /** Calls that could be made now by somebody urgent. */
  readonly available: number;
}

const sharedPrefix = 'shared:';
const noTenant = '00000000-0000-0000-0000-000000000000';
const defaultBurstShare = 0.6;

/** The tenant under whom a budget is kept; shared budgets belong to the tenant id of zeros. */
export function ownerOf({ tenantId, key }: BudgetKey): string {
  return key.startsWith(sharedPrefix) ? noTenant : tenantId;
}

export function burstShareOf(policy: BudgetPolicy): number {
  return policy.burstShare ?? defaultBurstShare;
}

/** The window that headers without a window speak of. */
export function shortestWindow(policy: BudgetPolicy): BudgetWindow | null {
  return policy.windows.reduce<BudgetWindow | null>(
    (shortest, window) => (shortest && shortest.seconds <= window.seconds ? shortest : window),
    null,
  );
}

/** How many calls a minute a policy affords in the long run; null when nothing limits it. */
export function callsPerMinute({ windows }: BudgetPolicy): number | null {
  return windows.length === 0 ? null : Math.min(...windows.map(({ limit, seconds }) => (limit / seconds) * 60));
}

export function assertPolicy(policy: BudgetPolicy): void {
  const isWhole = (value: number): boolean => Number.isInteger(value) && value >= 1 && value <= 2_147_483_647;
  const seconds = new Set(policy.windows.map((window) => window.seconds));
  const share = burstShareOf(policy);
  if (
    policy.windows.every((window) => isWhole(window.limit) && isWhole(window.seconds)) &&
    seconds.size === policy.windows.length &&
    share >= 0 &&
    share <= 1
  ) {
    return;
  }
  throw new AppError(
    'validation',
    'rate_limit.bad_policy',
    'A budget policy needs whole limits and seconds from 1 up, each length of window once, and a burst share from 0 to 1.',
    { details: { windows: policy.windows, burstShare: share } },
  );
}
