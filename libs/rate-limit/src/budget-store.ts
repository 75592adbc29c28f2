import type { Lane } from '@firmbridge/contracts';
import type { BudgetKey, BudgetPolicy, BudgetSnapshot, Grant } from './budget.js';

export interface BudgetRequest extends BudgetKey {
  readonly policy: BudgetPolicy;
}

export interface ReserveRequest extends BudgetRequest {
  readonly lane: Lane;
  /** How many callers wait in the lane. */
  readonly wanted: number;
}

export interface Reservation {
  /** How many of them may call now. */
  readonly granted: number;
  readonly grant: Grant;
  /** When none: how soon to ask again. */
  readonly retryAfterMs: number;
}

/** An observation as the store needs it: lengths of time instead of instants, since only the store's clock counts. */
export interface StoreObservation {
  /** Which call it was; null when somebody merely knows something. */
  readonly grant: Grant | null;
  /** True when the provider told its limit or served the call: caution ends. */
  readonly isAnswered: boolean;
  readonly windows: readonly {
    readonly seconds: number;
    readonly limit: number | null;
    readonly remaining: number | null;
    readonly resetInMs: number;
  }[];
  /** How long nobody may call; afterwards calls go one at a time until one is answered. */
  readonly pauseMs: number | null;
}

/**
 * Keeps the budgets. `reserve` grants calls in every window or in none and never waits. A granted call counts until it is
 * observed, and from then for the length of each window. The effective limit of a window is the smaller of the policy's and
 * the last observed one; an observed window that the policy lacks counts, too.
 */
export interface BudgetStore {
  reserve(request: ReserveRequest): Promise<Reservation>;
  observe(request: BudgetRequest, observation: StoreObservation): Promise<void>;
  snapshot(request: BudgetRequest): Promise<BudgetSnapshot>;
}

/** When a call of which nothing was heard is taken to be over. */
export const longestCallMs = 60_000;

/** How soon to ask again while somebody else makes the first call. */
export const cautionRetryMs = 100;
