import { AppError, type Provider } from '@firmbridge/contracts';
import type { RateLimiter } from '@firmbridge/rate-limit';
import { Attempts } from './attempts.js';
import { callUrl } from './call-url.js';
import { CircuitBreakers } from './circuit-breakers.js';
import { HttpTransport } from './http-transport.js';
import type { CallRecorder, ProviderCall, ProviderConnection, ProviderResponse, TokenSource } from './provider-call.js';
import type { ProviderDialect } from './provider-dialect.js';
import { RetryBudget } from './retry-budget.js';
import { stopSignal } from './stop-signal.js';
import { defaultTimeouts, type ProviderTimeouts } from './timeouts.js';

export interface ProviderClientOptions {
  readonly dialects: readonly ProviderDialect[];
  readonly limiter: RateLimiter;
  readonly recorder: CallRecorder;
  readonly breakers?: CircuitBreakers;
  readonly clock: () => Date;
  readonly random: () => number;
  readonly timeouts?: Partial<ProviderTimeouts>;
  /** Connections kept open per host, default 64. */
  readonly maxSockets?: number;
  /** Told of a record or observation that could not be kept; it never changes what a call came to. */
  readonly onSideFailure?: (error: unknown) => void;
}

/**
 * The one way to call a provider. It waits for budget, adds the token, keeps a record of every attempt, repeats reads that
 * failed by accident and turns every failure into an `AppError`. Writes are never repeated, but for a refusal before the
 * provider acted (429, an expired token); a write without a readable answer fails as `unknown_outcome`.
 */
export class ProviderClient {
  private readonly dialects: ReadonlyMap<Provider, ProviderDialect>;
  private readonly transport: HttpTransport;
  private readonly breakers: CircuitBreakers;
  private readonly timeouts: ProviderTimeouts;
  private readonly retryBudgets = new Map<string, RetryBudget>();

  constructor(private readonly options: ProviderClientOptions) {
    this.dialects = new Map(options.dialects.map((dialect) => [dialect.provider, dialect]));
    this.transport = new HttpTransport(options.maxSockets ?? 64);
    this.breakers = options.breakers ?? new CircuitBreakers();
    this.timeouts = { ...defaultTimeouts, ...options.timeouts };
  }

  async call(connection: ProviderConnection, tokens: TokenSource, call: ProviderCall): Promise<ProviderResponse> {
    const dialect = this.dialectOf(connection.provider);
    const url = callUrl(connection, dialect, call);
    const { clock, random, limiter, recorder, onSideFailure } = this.options;
    const deadlineMs = call.deadlineMs ?? this.timeouts.deadlineMs;
    const { signal, release } = stopSignal({ parent: call.signal, afterMs: deadlineMs, by: 'deadline' });
    const attempts = new Attempts({
      connection,
      tokens,
      call,
      dialect,
      limiter,
      recorder,
      clock,
      random,
      signal,
      transport: this.transport,
      breaker: this.breakers.of(url.origin),
      retryBudget: this.retryBudgetOf(url.origin),
      timeouts: this.timeouts,
      deadline: clock().getTime() + deadlineMs,
      onSideFailure: onSideFailure ?? warn,
    });
    try {
      return await attempts.run(url);
    } finally {
      release();
    }
  }

  breakerStates(): ReturnType<CircuitBreakers['states']> {
    return this.breakers.states();
  }

  /** Ends kept connections and timers; calls under way fail. */
  close(): void {
    this.transport.close();
    this.breakers.close();
  }

  private dialectOf(provider: Provider): ProviderDialect {
    const dialect = this.dialects.get(provider);
    if (dialect) return dialect;
    throw new AppError(
      'internal',
      'provider_client.no_dialect',
      `Nobody taught this client how to speak to ${provider}.`,
    );
  }

  private retryBudgetOf(origin: string): RetryBudget {
    let budget = this.retryBudgets.get(origin);
    if (!budget) {
      budget = new RetryBudget();
      this.retryBudgets.set(origin, budget);
    }
    return budget;
  }
}

function warn(error: unknown): void {
  process.emitWarning(error instanceof Error ? error : String(error), 'ProviderClientWarning');
}
