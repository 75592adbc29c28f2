export interface ClioRateLimit {
  readonly limit: number | null;
  readonly remaining: number | null;
  readonly windowSeconds: number;
  readonly resetAt: Date | null;
  readonly retryAfterMs: number | null;
  readonly status: number;
}

type Headers = Readonly<Record<string, string | readonly string[] | undefined>>;

const windowSeconds = 60;

/** What an answer says about the budget of its access token: 60 second windows, limits that change without notice. */
export function readClioRateLimit(headers: Headers, status: number, now: Date): ClioRateLimit {
  const read = headerReader(headers);
  const reset = count(read('x-ratelimit-reset'));
  return {
    limit: count(read('x-ratelimit-limit')),
    remaining: count(read('x-ratelimit-remaining')),
    windowSeconds,
    resetAt: reset === null ? null : new Date(reset * 1000),
    retryAfterMs: retryAfterMs(read('retry-after'), now),
    status,
  };
}

function headerReader(headers: Headers): (name: string) => string | undefined {
  const byName = new Map(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
  return (name) => {
    const value = byName.get(name);
    return typeof value === 'string' ? value : value?.[0];
  };
}

function count(text: string | undefined): number | null {
  return text !== undefined && /^\d+$/.test(text.trim()) ? Number(text) : null;
}

function retryAfterMs(text: string | undefined, now: Date): number | null {
  if (text === undefined) return null;
  const seconds = Number(text);
  if (text.trim() !== '' && Number.isFinite(seconds)) return Math.max(0, seconds * 1000);
  const until = Date.parse(text);
  return Number.isNaN(until) ? null : Math.max(0, until - now.getTime());
}
