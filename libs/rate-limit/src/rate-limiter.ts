import type { Lane } from '@firmbridge/contracts';
import {
  assertPolicy,
  type BudgetKey,
  type BudgetPolicy,
  type BudgetSnapshot,
  type Grant,
  ownerOf,
  type RateLimitObservation,
} from './budget.js';
import { type AcquireRequest, BudgetLine, cancelled } from './budget-line.js';
import type { BudgetStore } from './budget-store.js';

export interface RateLimiterOptions {
  readonly store: BudgetStore;
  readonly clock: () => Date;
  readonly random: () => number;
  /** Most callers that may wait for one budget, default 10 000. */
  readonly maxWaiting?: number;
}

export interface ObserveRequest extends BudgetKey {
  readonly policy: BudgetPolicy;
  /** What `acquire` gave for the call; null when there was none and somebody merely knows something. */
  readonly grant: Grant | null;
  readonly headers: RateLimitObservation;
}

export interface LimiterSnapshot extends BudgetSnapshot {
  /** Callers of this process that wait. */
  readonly queued: Readonly<Record<Lane, number>>;
}

/**
 * Lets calls through as the budget allows, in the order of their lanes; none fails for want of budget unless it says how long
 * it will wait. Each granted `acquire` is followed by one `observe`, with `noAnswer` when the call was not made or not answered.
 */
export class RateLimiter {
  private readonly lines = new Map<string, BudgetLine>();

  constructor(private readonly options: RateLimiterOptions) {}

  async acquire(request: AcquireRequest): Promise<Grant> {
    assertPolicy(request.policy);
    if (request.signal?.aborted) throw cancelled(request.signal);
    return this.lineOf(request).wait(request);
  }

  async observe({ tenantId, key, policy, grant, headers }: ObserveRequest): Promise<void> {
    const line = this.lineOf({ tenantId, key });
    await line.observe({ tenantId: ownerOf({ tenantId, key }), key, policy }, grant, headers);
    if (line.isIdle) this.lines.delete(lineName({ tenantId, key }));
  }

  async snapshot(request: BudgetKey & { readonly policy: BudgetPolicy }): Promise<LimiterSnapshot> {
    const line = this.lines.get(lineName(request));
    const budget = await this.options.store.snapshot(request);
    return { ...budget, queued: line?.queued() ?? nobody };
  }

  private lineOf(key: BudgetKey): BudgetLine {
    const name = lineName(key);
    let line = this.lines.get(name);
    if (!line) {
      line = new BudgetLine({ ...this.options, maxWaiting: this.options.maxWaiting ?? 10_000 });
      this.lines.set(name, line);
    }
    return line;
  }
}

const nobody: Readonly<Record<Lane, number>> = { interactive: 0, webhook: 0, incremental: 0, initial: 0, sweep: 0 };

function lineName(key: BudgetKey): string {
  return `${ownerOf(key)}|${key.key}`;
}
