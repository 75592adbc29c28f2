import { AppError, type Lane, lanes } from '@firmbridge/contracts';
import { type BudgetKey, type BudgetPolicy, type Grant, noAnswer, type RateLimitObservation } from './budget.js';
import type { BudgetRequest, BudgetStore } from './budget-store.js';
import { storeObservation } from './store-observation.js';
import { WaitingLine } from './waiting-line.js';

export interface AcquireRequest extends BudgetKey {
  readonly policy: BudgetPolicy;
  readonly lane: Lane;
  /** Ends the wait. */
  readonly signal?: AbortSignal;
  /** Who would have to wait longer is told so at once instead; default: as long as it takes. */
  readonly longestWaitMs?: number;
}

interface Waiter extends AcquireRequest {
  readonly since: number;
  readonly grant: (grant: Grant) => void;
  readonly fail: (error: unknown) => void;
}

export interface BudgetLineOptions {
  readonly store: BudgetStore;
  readonly clock: () => Date;
  readonly random: () => number;
  readonly maxWaiting: number;
}

// Another replica may have learned something better meanwhile.
const longestSleepMs = 5_000;
const mostAtOnce = 100;

/**
 * The callers of one process that wait for one budget. Only the first of the line asks the store; it asks again when its
 * wait is over, when somebody more urgent comes, or when an answer has changed the budget.
 */
export class BudgetLine {
  private readonly waiting = new WaitingLine<Waiter>();
  private inFlight = 0;
  private pauses = 0;
  private pausedUntil = 0;
  /** Until then the store has nothing for the first of the line, and so for nobody behind it. */
  private emptyUntil = 0;
  private isServing = false;
  private isWoken = false;
  private wakeSleeper: (() => void) | null = null;

  constructor(private readonly options: BudgetLineOptions) {}

  get isIdle(): boolean {
    return !this.isServing && this.waiting.size === 0 && this.inFlight === 0 && this.pauses === 0;
  }

  queued(): Record<Lane, number> {
    return Object.fromEntries(lanes.map((lane) => [lane, this.waiting.sizeOf(lane)])) as Record<Lane, number>;
  }

  wait(request: AcquireRequest): Promise<Grant> {
    if (this.waiting.size >= this.options.maxWaiting) {
      const message = `More than ${this.options.maxWaiting} calls wait for this budget already.`;
      return Promise.reject(new AppError('rate_limited', 'rate_limit.line_full', message));
    }
    return new Promise((resolve, reject) => {
      const cancel = (): void => {
        if (!this.waiting.remove(waiter)) return;
        this.wake();
        reject(cancelled(request.signal));
      };
      const settle = (): void => request.signal?.removeEventListener('abort', cancel);
      const waiter: Waiter = {
        ...request,
        since: this.options.clock().getTime(),
        grant: (grant) => (settle(), resolve(grant)),
        fail: (error) => (settle(), reject(error)),
      };
      request.signal?.addEventListener('abort', cancel);
      this.waiting.add(waiter);
      if (this.waiting.first() === waiter) this.wake();
      else this.sendAway();
      void this.serve();
    });
  }

  async observe(request: BudgetRequest, grant: Grant | null, headers: RateLimitObservation): Promise<void> {
    if (grant !== null) this.inFlight = Math.max(0, this.inFlight - 1);
    const now = this.options.clock();
    // Calls that were on their way together are refused together; that is one pause.
    const isPaused = this.pausedUntil > now.getTime();
    const observation = storeObservation(headers, {
      policy: request.policy,
      now,
      grant,
      earlierPauses: isPaused ? this.pauses - 1 : this.pauses,
      random: this.options.random,
    });
    if (observation.pauseMs !== null) {
      if (!isPaused) this.pauses++;
      this.pausedUntil = Math.max(this.pausedUntil, now.getTime() + observation.pauseMs);
    } else if (observation.isAnswered && !isPaused) {
      this.pauses = 0;
    }
    const isWorthKeeping = request.policy.windows.length > 0 || observation.pauseMs !== null;
    if (isWorthKeeping) await this.options.store.observe(request, observation);
    this.wake();
  }

  private async serve(): Promise<void> {
    if (this.isServing) return;
    this.isServing = true;
    for (let first = this.waiting.first(); first !== null; first = this.waiting.first()) {
      try {
        await this.serveOne(first);
      } catch (error) {
        if (this.waiting.remove(first)) first.fail(error);
      }
    }
    this.isServing = false;
  }

  /** Whoever is most urgent by now gets a call; a lane below the one that asked must not eat into its reserve. */
  private async serveOne(first: Waiter): Promise<void> {
    this.isWoken = false;
    const wanted = Math.min(this.waiting.sizeOf(first.lane), mostAtOnce);
    const { granted, grant, retryAfterMs } = await this.options.store.reserve({ ...first, wanted });
    if (granted === 0) {
      this.emptyUntil = this.options.clock().getTime() + retryAfterMs;
      this.sendAway();
      return this.sleep(retryAfterMs);
    }
    this.inFlight += granted;
    for (let call = 0; call < granted; call++) {
      const taker = this.waiting.takeFirst(first.lane);
      if (taker) taker.grant(grant);
      else await this.observe(first, grant, noAnswer);
    }
  }

  private sendAway(): void {
    const waitMs = this.emptyUntil - this.options.clock().getTime();
    for (const waiter of this.waiting.all()) {
      if (this.emptyUntil - waiter.since <= (waiter.longestWaitMs ?? Infinity)) continue;
      if (this.waiting.remove(waiter)) waiter.fail(tooLong(waitMs));
    }
  }

  private sleep(milliseconds: number): Promise<void> {
    if (this.isWoken) return Promise.resolve();
    return new Promise((resolve) => {
      const wake = (): void => {
        clearTimeout(timer);
        this.wakeSleeper = null;
        resolve();
      };
      const timer = setTimeout(wake, Math.ceil(Math.min(milliseconds, longestSleepMs)));
      this.wakeSleeper = wake;
    });
  }

  private wake(): void {
    this.isWoken = true;
    this.emptyUntil = 0;
    this.wakeSleeper?.();
  }
}

function tooLong(waitMs: number): AppError {
  const message = 'The budget has no room for this call in time.';
  return new AppError('rate_limited', 'rate_limit.no_room_yet', message, {
    retryAfterMs: Math.max(1, Math.ceil(waitMs)),
  });
}

export function cancelled(signal: AbortSignal | undefined): AppError {
  return new AppError('cancelled', 'rate_limit.wait_cancelled', 'The wait for budget was cancelled.', {
    cause: signal?.reason,
  });
}
