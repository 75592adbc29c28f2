/** What HighLevel allows per app and location (or company, for company-level calls). */
export const ghlLimits = {
  burst: { limit: 100, seconds: 10 },
  daily: { limit: 200_000, seconds: 86_400 },
} as const;

export const ghlRateHeaders = {
  limit: 'x-ratelimit-max',
  windowMs: 'x-ratelimit-interval-milliseconds',
  remaining: 'x-ratelimit-remaining',
  dailyLimit: 'x-ratelimit-limit-daily',
  dailyRemaining: 'x-ratelimit-daily-remaining',
  /** Undocumented: milliseconds until the day's budget is full again. */
  dailyResetMs: 'x-ratelimit-daily-reset',
} as const;

export interface GhlRateWindow {
  readonly limit: number | null;
  readonly remaining: number | null;
  readonly windowSeconds: number | null;
  readonly resetAt: Date | null;
}

/** The short window at the top, where a limiter looks first; the day beside it. */
export interface GhlRateLimit extends GhlRateWindow {
  /** How long to stay away; null unless we were refused or the day is used up. */
  readonly retryAfterMs: number | null;
  readonly status: number;
  readonly daily: GhlRateWindow;
}

/** With no word from HighLevel about the wait. */
const defaultRetryAfterMs = ghlLimits.burst.seconds * 1000;
const longestBurstWaitMs = 30_000;

export type GhlHeaders = Readonly<Record<string, string | readonly string[] | number | undefined>>;

/** Reads the headers of any reply. Names may be in any case; what is absent or no number is null. */
export function readGhlRateLimit(headers: GhlHeaders, status: number, now: Date): GhlRateLimit {
  const byName = lowerCased(headers);
  const windowMs = byName(ghlRateHeaders.windowMs);
  const dailyResetMs = byName(ghlRateHeaders.dailyResetMs);
  const remaining = byName(ghlRateHeaders.remaining);
  const daily = {
    limit: byName(ghlRateHeaders.dailyLimit),
    remaining: byName(ghlRateHeaders.dailyRemaining),
    windowSeconds: ghlLimits.daily.seconds,
    resetAt: after(now, dailyResetMs),
  };
  return {
    limit: byName(ghlRateHeaders.limit),
    remaining,
    windowSeconds: windowMs === null ? null : windowMs / 1000,
    // HighLevel does not say when the window ends: at the latest one window from now.
    resetAt: remaining !== null && remaining <= 0 ? after(now, windowMs) : null,
    status,
    daily,
    retryAfterMs: waitOf({ status, named: byName('retry-after'), windowMs, dailyResetMs, daily }),
  };
}

interface Wait {
  readonly status: number;
  readonly named: number | null;
  readonly windowMs: number | null;
  readonly dailyResetMs: number | null;
  readonly daily: GhlRateWindow;
}

function waitOf({ status, named, windowMs, dailyResetMs, daily }: Wait): number | null {
  const dayIsUsedUp = daily.remaining !== null && daily.remaining <= 0;
  if (dayIsUsedUp) return dailyResetMs ?? (status === 429 ? defaultRetryAfterMs : null);
  if (status !== 429) return null;
  if (named !== null) return named * 1000;
  return Math.min(windowMs ?? defaultRetryAfterMs, longestBurstWaitMs);
}

function lowerCased(headers: GhlHeaders): (name: string) => number | null {
  const values = new Map(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
  return (name) => {
    const value = values.get(name);
    const first = Array.isArray(value) ? value[0] : value;
    if (first === undefined || first === '') return null;
    const number = Number(first);
    return Number.isFinite(number) && number >= 0 ? number : null;
  };
}

function after(now: Date, ms: number | null): Date | null {
  return ms === null ? null : new Date(now.getTime() + ms);
}
