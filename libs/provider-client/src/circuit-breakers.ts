import CircuitBreaker from 'opossum';

/** What an attempt tells about the provider's health. Neutral tells nothing: 401, 403, 429, a cancellation. */
export type Health = 'healthy' | 'unhealthy' | 'neutral';

export interface BreakerOptions {
  /** Calls within 10 s before the breaker judges at all, default 10. */
  readonly volumeThreshold?: number;
  /** It opens above this share of failures, default 50 %. */
  readonly errorThresholdPercentage?: number;
  /** How long it stays open before one call may try, default 15 s. */
  readonly resetMs?: number;
  /** Default 10 s. */
  readonly windowMs?: number;
}

export interface Admission {
  report(health: Health): Promise<void>;
}

/** One breaker per origin, for all tenants: an ill provider is a fact that they share. */
export class CircuitBreakers {
  private readonly byOrigin = new Map<string, OriginBreaker>();

  constructor(private readonly options: BreakerOptions = {}) {}

  of(origin: string): OriginBreaker {
    let breaker = this.byOrigin.get(origin);
    if (!breaker) {
      breaker = new OriginBreaker(this.options);
      this.byOrigin.set(origin, breaker);
    }
    return breaker;
  }

  states(): Readonly<Record<string, 'closed' | 'open' | 'half-open'>> {
    return Object.fromEntries([...this.byOrigin].map(([origin, breaker]) => [origin, breaker.state]));
  }

  close(): void {
    for (const breaker of this.byOrigin.values()) breaker.shutDown();
    this.byOrigin.clear();
  }
}

class Unhealthy extends Error {}

/**
 * closed: all calls pass and are counted; more failures than the threshold open it. open: no call passes for `resetMs`.
 * half-open: one call at a time passes; a healthy one closes the breaker, an unhealthy one opens it, a neutral one leaves
 * the place to the next. opossum would count a filtered error as success and close on it, so it is only told of calls
 * that are over and that mean something. A call from before the last opening is not told at all: a late success must not
 * close the breaker.
 */
export class OriginBreaker {
  private readonly breaker: CircuitBreaker<[Health], void>;
  private readonly resetMs: number;
  private openings = 0;
  private openedAt = 0;
  private isTrying = false;

  constructor(options: BreakerOptions) {
    this.resetMs = options.resetMs ?? 15_000;
    this.breaker = new CircuitBreaker(outcome, {
      timeout: false,
      volumeThreshold: options.volumeThreshold ?? 10,
      errorThresholdPercentage: options.errorThresholdPercentage ?? 50,
      resetTimeout: this.resetMs,
      rollingCountTimeout: options.windowMs ?? 10_000,
      rollingPercentilesEnabled: false,
      enableSnapshots: false,
    });
    this.breaker.on('open', () => {
      this.openings++;
      this.openedAt = performance.now();
    });
  }

  get state(): 'closed' | 'open' | 'half-open' {
    if (this.breaker.opened) return 'open';
    return this.breaker.halfOpen ? 'half-open' : 'closed';
  }

  /** Null when a call may pass, else how long to wait. */
  refusal(): { readonly retryAfterMs: number } | null {
    if (this.breaker.opened) {
      return { retryAfterMs: Math.max(1, Math.ceil(this.openedAt + this.resetMs - performance.now())) };
    }
    return this.breaker.halfOpen && this.isTrying ? { retryAfterMs: 1_000 } : null;
  }

  /** Only after `refusal` gave null; the admission must be reported. */
  admit(): Admission {
    const opening = this.openings;
    const isTry = this.breaker.halfOpen;
    this.isTrying ||= isTry;
    let isOver = false;
    return {
      report: async (health) => {
        if (isOver) return;
        isOver = true;
        if (isTry) this.isTrying = false;
        if (health === 'neutral' || opening !== this.openings) return;
        await this.tell(health);
      },
    };
  }

  shutDown(): void {
    this.breaker.shutdown();
  }

  private async tell(health: Health): Promise<void> {
    try {
      await this.breaker.fire(health);
    } catch (error) {
      if (!(error instanceof Unhealthy) && !CircuitBreaker.isOurError(error as Error)) throw error;
    }
  }
}

async function outcome(health: Health): Promise<void> {
  if (health === 'unhealthy') throw new Unhealthy();
}
