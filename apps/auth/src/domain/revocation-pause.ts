const firstMs = 10_000;
const longestMs = 5 * 60_000;

/** How often a provider that cannot be reached is asked to revoke a token: about a quarter of an hour. */
export const revocationAttempts = 8;

/** Before the next attempt; never sooner than the provider asked. */
export function revocationPauseMs(attempts: number, random: () => number, askedMs: number | null): number {
  const backoff = Math.min(longestMs, firstMs * 2 ** Math.max(0, attempts - 1));
  return Math.round(Math.max(backoff * (0.5 + random() / 2), Math.min(askedMs ?? 0, longestMs)));
}
