const longestMs = 3_600_000;

/** Retry-After as seconds or as an HTTP date, in milliseconds from now; an hour at most, null when it says nothing usable. */
export function parseRetryAfter(value: string | undefined, now: Date): number | null {
  if (value === undefined || value.trim() === '') return null;
  const seconds = Number(value);
  const milliseconds = Number.isFinite(seconds) ? seconds * 1000 : Date.parse(value) - now.getTime();
  return milliseconds > 0 ? Math.min(milliseconds, longestMs) : null;
}
