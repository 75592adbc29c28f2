export interface WindowState {
  readonly limit: number;
  readonly remaining: number;
  readonly exceeded: boolean;
}

export interface WindowRule {
  readonly limit: number;
  readonly windowMs: number;
  readonly kind: 'sliding' | 'fixed';
}

/** Counts requests in a window. Refused requests do not count. */
export class RateWindow {
  private readonly taken: number[] = [];

  take(now: number, rule: WindowRule): WindowState {
    const from = rule.kind === 'sliding' ? now - rule.windowMs : Math.floor(now / rule.windowMs) * rule.windowMs - 1;
    while (this.taken.length > 0 && (this.taken[0] ?? 0) <= from) this.taken.shift();
    // A clock that was set back leaves requests in its future.
    while ((this.taken.at(-1) ?? 0) > now) this.taken.pop();
    const exceeded = this.taken.length >= rule.limit;
    if (!exceeded) this.taken.push(now);
    return { limit: rule.limit, remaining: Math.max(0, rule.limit - this.taken.length), exceeded };
  }
}

const dayMs = 86_400_000;

export interface DayState extends WindowState {
  readonly resetMs: number;
}

/** Counts requests in a day that starts at midnight UTC or with the first request. */
export class RateDay {
  private startedAt: number | null = null;
  private taken = 0;

  take(now: number, limit: number, reset: 'midnight' | 'rolling'): DayState {
    const start = reset === 'midnight' ? Math.floor(now / dayMs) * dayMs : this.currentRollingStart(now);
    if (start !== this.startedAt) {
      this.startedAt = start;
      this.taken = 0;
    }
    const exceeded = this.taken >= limit;
    if (!exceeded) this.taken += 1;
    return { limit, remaining: limit - this.taken, exceeded, resetMs: start + dayMs - now };
  }

  private currentRollingStart(now: number): number {
    return this.startedAt !== null && now < this.startedAt + dayMs ? this.startedAt : now;
  }
}
