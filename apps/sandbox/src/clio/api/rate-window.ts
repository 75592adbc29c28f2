import type { ClioSwitches } from '../switches.js';

export interface WindowState {
  readonly allowed: boolean;
  readonly headers: Readonly<Record<string, string>>;
}

const unlimited = 100_000;

/**
 * Clio's limit, 50 requests per 60 seconds and access token (clio-api section 5), counted without mercy: in a window
 * that slides with every request, so that two bursts around a minute's turn are caught.
 */
export class RateWindows {
  private readonly hits = new Map<string, number[]>();

  constructor(
    private readonly clock: { now(): Date },
    private readonly switches: () => ClioSwitches,
  ) {}

  /** Counts the request, unless it is over the limit, and says what the headers must say. */
  take(token: string): WindowState {
    const { requestsPerMinute: limit, rateWindowSeconds } = this.switches();
    const windowMs = rateWindowSeconds * 1000;
    const nowMs = this.clock.now().getTime();
    if (limit === null) return { allowed: true, headers: headersOf(unlimited, unlimited, nowMs + windowMs) };
    const recent = this.recent(token, nowMs, windowMs);
    const allowed = recent.length < limit;
    if (allowed) recent.push(nowMs);
    const freeAtMs = (recent[Math.max(0, recent.length - limit)] ?? nowMs) + windowMs;
    const headers = headersOf(limit, Math.max(0, limit - recent.length), freeAtMs);
    if (allowed) return { allowed, headers };
    return { allowed, headers: { ...headers, 'Retry-After': String(Math.ceil((freeAtMs - nowMs) / 1000)) } };
  }

  reset(): void {
    this.hits.clear();
  }

  private recent(token: string, nowMs: number, windowMs: number): number[] {
    const hits = this.hits.get(token) ?? [];
    const recent = hits.filter((at) => at > nowMs - windowMs && at <= nowMs);
    if (this.hits.size > 10_000) this.hits.clear();
    this.hits.set(token, recent);
    return recent;
  }
}

function headersOf(limit: number, remaining: number, resetMs: number): Record<string, string> {
  return {
    'X-RateLimit-Limit': String(limit),
    'X-RateLimit-Remaining': String(remaining),
    'X-RateLimit-Reset': String(Math.ceil(resetMs / 1000)),
  };
}
