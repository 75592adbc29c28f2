/** A window as a token bucket: so many calls at once, then so many a second. */
export interface BucketShape {
  readonly burst: number;
  readonly perSecond: number;
}

/**
 * Chooses burst and rate so that `burst + rate x window <= limit - 1`: no stretch of the window's length, wherever it
 * begins, holds more calls than that. A limit of 1 has nothing to spare, so its calls stand a little further apart.
 */
export function bucketShape(limit: number, seconds: number, burstShare: number): BucketShape {
  const usable = Math.max(limit - 1, 1);
  const burst = Math.min(Math.max(Math.floor(burstShare * usable), 1), Math.max(usable - 1, 1));
  const refill = Math.max(usable - burst, 1);
  return { burst, perSecond: refill / (limit === 1 ? seconds * 1.05 : seconds) };
}

/** What is still spent after some time of refilling. */
export function spentAfter(spent: number, elapsedMs: number, shape: BucketShape): number {
  return Math.max(0, spent - (Math.max(0, elapsedMs) / 1000) * shape.perSecond);
}

/** Milliseconds until one more call fits while the lane's reserve stays untouched; 0 = now. */
export function waitFor(spent: number, laneReserve: number, shape: BucketShape): number {
  const reserved = Math.min(Math.floor(laneReserve * shape.burst), shape.burst - 1);
  const missing = spent + 1 - (shape.burst - reserved);
  return missing <= 1e-6 ? 0 : (missing / shape.perSecond) * 1000;
}

/**
 * What must count as spent when the provider says how many calls are left until its reset: what refills until then is
 * part of what is left.
 */
export function spentWhenRemaining(remaining: number, resetInSeconds: number, shape: BucketShape): number {
  return shape.burst - (remaining - resetInSeconds * shape.perSecond);
}

/** What must count as spent so that one single call is free when a pause ends. */
export function spentForPause(pauseMs: number, shape: BucketShape): number {
  return shape.burst - 1 + (pauseMs / 1000) * shape.perSecond;
}
