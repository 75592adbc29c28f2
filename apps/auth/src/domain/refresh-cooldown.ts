const second = 1000;
// The first wait is shorter than the 30 s in which HighLevel answers a repeated refresh token with the same successor, so an
// answer that was lost on the way is got back.
const firstMs = 5 * second;
const longestMs = 5 * 60 * second;
const longestAskedMs = 15 * 60 * second;

/** How long a failed refresh is not repeated: doubling, jittered downwards, never sooner than the provider asked. */
export function refreshCooldownMs(failures: number, random: () => number, askedMs: number | null): number {
  const backoff = Math.min(longestMs, firstMs * 2 ** Math.max(0, failures - 1));
  const jittered = backoff * (0.5 + random() / 2);
  return Math.round(Math.max(jittered, Math.min(askedMs ?? 0, longestAskedMs)));
}
