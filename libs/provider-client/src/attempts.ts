import { AppError } from '@firmbridge/contracts';
import { type Attempt, type AttemptContext, attempt } from './attempt.js';
import { ownUrl } from './call-url.js';
import type { Outcome } from './outcome.js';
import { isUnsafe, type ProviderResponse } from './provider-call.js';
import type { RetryBudget } from './retry-budget.js';
import { sleep, stoppedBy } from './stop-signal.js';
import type { ProviderTimeouts } from './timeouts.js';

export interface AttemptsContext extends AttemptContext {
  readonly random: () => number;
  readonly retryBudget: RetryBudget;
  readonly timeouts: ProviderTimeouts;
  /** Milliseconds since the epoch, by the clock. */
  readonly deadline: number;
}

const mostReads = 3;
const mostRefusals = 10;
const mostRedirects = 3;

/** The attempts of one call: decides after each whether and when there is another. */
export class Attempts {
  private number = 0;
  private failures = 0;
  private refusals = 0;
  private redirects = 0;
  private hasRefreshed = false;
  private rejectedGeneration: number | null = null;

  constructor(private readonly context: AttemptsContext) {}

  async run(start: URL): Promise<ProviderResponse> {
    let url = start;
    for (;;) {
      this.number++;
      const { outcome, generation } = await this.next(url);
      if (outcome.kind === 'answered') {
        this.context.retryBudget.earn();
        return outcome.response;
      }
      if (outcome.kind === 'redirected') url = this.follow(url, outcome);
      else if (outcome.kind === 'token-rejected') this.refreshOnce(outcome.error, generation);
      else if (outcome.kind === 'rate-limited') this.expectBudget(outcome.error);
      else await this.pauseBeforeRetry(outcome);
    }
  }

  private next(url: URL): Promise<Attempt> {
    const rejectedGeneration = this.rejectedGeneration;
    this.rejectedGeneration = null;
    return attempt(this.context, { url, number: this.number, rejectedGeneration });
  }

  private follow(from: URL, { location, error }: Extract<Outcome, { kind: 'redirected' }>): URL {
    if (++this.redirects > mostRedirects || !URL.canParse(location, from.href)) throw error;
    return ownUrl(this.context.connection, new URL(location, from.href).href);
  }

  private refreshOnce(error: AppError, generation: number): void {
    if (this.hasRefreshed) throw error;
    this.hasRefreshed = true;
    this.rejectedGeneration = generation;
  }

  /** The limiter has noted the pause: the next attempt waits there. It was not executed, so writes may come again, too. */
  private expectBudget(error: AppError): void {
    const patienceMs = Math.min(this.context.call.patienceMs ?? Infinity, this.remainingMs());
    if (++this.refusals >= mostRefusals || (error.retryAfterMs ?? 0) > patienceMs) throw error;
  }

  private async pauseBeforeRetry({ kind, error }: { kind: 'failed' | 'refused'; error: AppError }): Promise<void> {
    const { call, dialect, random, retryBudget, timeouts, signal } = this.context;
    if (kind === 'refused' || isUnsafe(call) || ++this.failures >= mostReads) throw error;
    const cap = Math.min(timeouts.retryCapMs, timeouts.retryBaseMs * 2 ** (this.failures - 1));
    const pauseMs = Math.max(random() * cap, error.retryAfterMs ?? 0);
    if (pauseMs >= this.remainingMs() || !retryBudget.spend()) throw error;
    try {
      await sleep(pauseMs, signal);
    } catch (stop) {
      if (stoppedBy(signal) !== 'caller') throw error;
      const message = `${call.operation} was cancelled before it was repeated.`;
      throw new AppError('cancelled', `${dialect.provider}.cancelled`, message, {
        details: error.details,
        cause: stop,
      });
    }
  }

  private remainingMs(): number {
    return this.context.deadline - this.context.clock().getTime();
  }
}
