const minute = 60_000;
/** A short-lived token would otherwise be refreshed at each use. */
const largestShareOfLifetime = 0.1;

export interface TokenLife {
  readonly expiresInMs: number;
  readonly refreshInMs: number;
}

/**
 * Refreshed 5 to 15 minutes before its end, decided once when the token is given: every caller and replica sees the same
 * instant, and accounts connected together do not refresh together. A provider that says nothing sensible gets a minute.
 */
export function planTokenLife(expiresInSeconds: number, random: () => number): TokenLife {
  const expiresInMs = Math.max(minute, Math.round(expiresInSeconds * 1000));
  const marginMs = Math.min(5 * minute + random() * 10 * minute, expiresInMs * largestShareOfLifetime);
  return { expiresInMs, refreshInMs: Math.round(expiresInMs - marginMs) };
}
