/** Full jitter: anything between nothing and the doubled base, capped. */
export function backoffMs(attempt: number, random: () => number, baseMs = 1_000, capMs = 60_000): number {
  return Math.round(random() * Math.min(capMs, baseMs * 2 ** Math.max(0, attempt - 1)));
}
