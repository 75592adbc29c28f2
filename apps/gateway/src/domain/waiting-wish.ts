/** The longest that an answer is waited for. */
export const longestWaitMs = 10_000;

/** How long a caller wants to wait, by its `Prefer` header (RFC 7240): `respond-async` for not at all, `wait=SECONDS`. */
export function waitMsOf(prefer: string | undefined): number {
  const wishes = (prefer ?? '').split(',').map((wish) => wish.trim().toLowerCase());
  if (wishes.includes('respond-async')) return 0;
  const seconds = wishes.map((wish) => /^wait=(\d{1,6})$/.exec(wish)?.[1]).find((text) => text !== undefined);
  return seconds === undefined ? longestWaitMs : Math.min(Number(seconds) * 1000, longestWaitMs);
}
