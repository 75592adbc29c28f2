const minute = 60_000;

/** What is known of an e-mail or source address before an attempt; durations by the database's clock. */
export interface AttemptRecord {
  /** Attempts since the last success that ended wrong, or are still under way. */
  readonly count: number;
  /** Not positive when it is not locked. */
  readonly lockedForMs: number;
  readonly sinceLastMs: number;
}

export interface LockoutPolicy {
  /** Attempts without any wait. */
  readonly freeAttempts: number;
  /** After the last of these; doubled with each attempt after it. */
  readonly firstLockMs: number;
  readonly longestLockMs: number;
  /** Without an attempt for as long, it begins anew. */
  readonly forgottenAfterMs: number;
}

/** Whoever guesses one person's password gets through about 100 guesses a day. */
export const emailLockout: LockoutPolicy = {
  freeAttempts: 5,
  firstLockMs: minute / 4,
  longestLockMs: 15 * minute,
  forgottenAfterMs: 60 * minute,
};

/** A whole office may come from one address. */
export const sourceLockout: LockoutPolicy = { ...emailLockout, freeAttempts: 30 };

export type AttemptVerdict =
  | { readonly kind: 'locked'; readonly retryAfterMs: number }
  | { readonly kind: 'allowed'; readonly count: number; readonly lockMs: number };

/**
 * Whether one more attempt may be made. An attempt counts as wrong from its beginning, so that many at once are no more than
 * one after the other; one that succeeds is taken back. Attempts against a lock do not lengthen it.
 */
export function judgeAttempt(record: AttemptRecord, policy: LockoutPolicy): AttemptVerdict {
  if (record.lockedForMs > 0) return { kind: 'locked', retryAfterMs: Math.ceil(record.lockedForMs) };
  const count = record.sinceLastMs > policy.forgottenAfterMs ? 1 : record.count + 1;
  return { kind: 'allowed', count, lockMs: lockAfter(count, policy) };
}

function lockAfter(count: number, { freeAttempts, firstLockMs, longestLockMs }: LockoutPolicy): number {
  if (count < freeAttempts) return 0;
  return Math.min(longestLockMs, firstLockMs * 2 ** (count - freeAttempts));
}
