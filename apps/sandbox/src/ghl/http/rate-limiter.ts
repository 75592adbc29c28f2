import type { GhlSwitches } from '../switches.js';
import { RateDay, RateWindow } from './rate-window.js';

export interface RateVerdict {
  readonly exceeded: boolean;
  readonly headers: Readonly<Record<string, string>>;
  readonly retryAfterSeconds: number;
}

/** Both budgets of each app and location (section 2). */
export class GhlRateLimiter {
  private readonly windows = new Map<string, RateWindow>();
  private readonly days = new Map<string, RateDay>();

  constructor(
    private readonly now: () => number,
    private readonly switches: () => GhlSwitches,
  ) {}

  take(key: string, isPrivateToken: boolean): RateVerdict {
    const { burstLimit, burstWindowMs, dailyLimit, dailyReset, privateTokenBurstLimit, rateWindow } = this.switches();
    const limit = isPrivateToken ? (privateTokenBurstLimit ?? burstLimit) : burstLimit;
    const burst = at(this.windows, key, RateWindow).take(this.now(), {
      limit,
      windowMs: burstWindowMs,
      kind: rateWindow,
    });
    const day = at(this.days, key, RateDay).take(this.now(), dailyLimit, dailyReset);
    return {
      exceeded: burst.exceeded || day.exceeded,
      retryAfterSeconds: Math.ceil((day.exceeded ? day.resetMs : burstWindowMs) / 1000),
      headers: {
        'X-RateLimit-Max': String(burst.limit),
        'X-RateLimit-Interval-Milliseconds': String(burstWindowMs),
        'X-RateLimit-Remaining': String(burst.remaining),
        'X-RateLimit-Limit-Daily': String(day.limit),
        'X-RateLimit-Daily-Remaining': String(day.remaining),
        'X-RateLimit-Daily-Reset': String(day.resetMs),
      },
    };
  }

  reset(): void {
    this.windows.clear();
    this.days.clear();
  }
}

function at<Counter>(counters: Map<string, Counter>, key: string, create: new () => Counter): Counter {
  const existing = counters.get(key);
  if (existing) return existing;
  const counter = new create();
  counters.set(key, counter);
  return counter;
}
