import type { Lane } from '@firmbridge/contracts';
import type { BudgetKey, BudgetPolicy, BudgetSnapshot } from './budget.js';

export interface BudgetRequest extends BudgetKey {
  readonly policy: BudgetPolicy;
}

export interface ReserveRequest extends BudgetRequest {
  readonly lane: Lane;
}

export type Reservation =
  | { readonly isGranted: true; /** By the store's own clock. */ readonly at: Date }
  | { readonly isGranted: false; readonly retryAfterMs: number };

/** An observation as the store needs it: lengths of time instead of instants, since only the store's clock counts. */
export interface StoreObservation {
  /** True when the provider told its limit or served the call: caution ends. */
  readonly isAnswered: boolean;
  readonly windows: readonly {
    readonly seconds: number;
    readonly limit: number | null;
    /** Already reduced by our calls in flight. */
    readonly remaining: number | null;
    readonly resetInMs: number;
  }[];
  /** How long nobody may call; burdens the first of the windows. */
  readonly pauseMs: number | null;
}

/**
 * Keeps the budgets. `reserve` takes one token from every window or from none and never waits. The effective limit of a
 * window is the smaller of the policy's and the last observed one; an observed window that the policy lacks counts, too.
 */
export interface BudgetStore {
  reserve(request: ReserveRequest): Promise<Reservation>;
  observe(request: BudgetRequest, observation: StoreObservation): Promise<void>;
  snapshot(request: BudgetRequest): Promise<BudgetSnapshot>;
}

/** How long a first call may take before another one may try its luck. */
export const cautionMs = 35_000;

/** How soon to ask again while somebody else makes the first call. */
export const cautionRetryMs = 100;
