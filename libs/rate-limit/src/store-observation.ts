import {
  assertPolicy,
  type BudgetPolicy,
  type Grant,
  type RateLimitObservation,
  shortestWindow,
  type WindowObservation,
} from './budget.js';
import type { StoreObservation } from './budget-store.js';

export interface ObservationContext {
  readonly policy: BudgetPolicy;
  readonly now: Date;
  readonly grant: Grant | null;
  /** Pauses in a row before this one. */
  readonly earlierPauses: number;
  readonly random: () => number;
}

const longestPauseMs = 3_600_000;
const firstBackoffMs = 1_000;
const longestBackoffMs = 60_000;
const shortestPauseMs = 50;

/** Judges what an answer said: implausible figures are dropped, a 429 always becomes a pause. */
export function storeObservation(headers: RateLimitObservation, context: ObservationContext): StoreObservation {
  assertPolicy(context.policy);
  const hasFigures = headers.limit !== null || headers.remaining !== null;
  return {
    grant: context.grant,
    isAnswered: hasFigures || (headers.status >= 200 && headers.status < 300),
    windows: [headers, ...(headers.others ?? [])].flatMap((window) => storeWindow(window, context)),
    pauseMs: headers.status === 429 ? pauseMs(headers, context) : null,
  };
}

function storeWindow(window: WindowObservation, context: ObservationContext): StoreObservation['windows'][number][] {
  const seconds = window.windowSeconds ?? shortestWindow(context.policy)?.seconds ?? null;
  if (seconds === null || !(seconds >= 1) || context.policy.windows.length === 0) return [];
  return [
    {
      seconds: Math.ceil(seconds),
      limit: isCount(window.limit) && window.limit >= 1 ? Math.floor(window.limit) : null,
      remaining: isCount(window.remaining) ? Math.max(0, window.remaining) : null,
      resetInMs: window.resetAt ? window.resetAt.getTime() - context.now.getTime() : 0,
    },
  ];
}

function pauseMs(headers: RateLimitObservation, context: ObservationContext): number {
  const named = headers.retryAfterMs ?? (headers.resetAt ? headers.resetAt.getTime() - context.now.getTime() : null);
  if (named !== null && named > 0) return Math.min(named, longestPauseMs);
  const cap = Math.min(longestBackoffMs, firstBackoffMs * 2 ** context.earlierPauses);
  return Math.max(shortestPauseMs, context.random() * cap);
}

function isCount(value: number | null): value is number {
  return value !== null && Number.isFinite(value);
}
