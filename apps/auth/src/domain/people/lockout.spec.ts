import { emailLockout, judgeAttempt, sourceLockout, type AttemptRecord } from './lockout.js';

const minute = 60_000;
const aRecord = (facts: Partial<AttemptRecord> = {}): AttemptRecord => ({
  ...{ count: 0, lockedForMs: 0, sinceLastMs: 1000 },
  ...facts,
});

describe('the lockout', () => {
  it('lets a few attempts pass, then has one wait longer each time, up to a quarter of an hour', () => {
    const locks = [0, 1, 2, 3, 4, 5, 6, 9, 10, 500].map((count) => judgeAttempt(aRecord({ count }), emailLockout));
    const seconds = locks.map((verdict) => (verdict.kind === 'allowed' ? verdict.lockMs / 1000 : null));
    expect(seconds).toEqual([0, 0, 0, 0, 15, 30, 60, 480, 900, 900]);
  });

  it('lets more pass from one address, where many people may be', () => {
    expect(judgeAttempt(aRecord({ count: 28 }), sourceLockout)).toMatchObject({ lockMs: 0 });
    expect(judgeAttempt(aRecord({ count: 29 }), sourceLockout)).toMatchObject({ lockMs: 15_000 });
  });

  it('refuses while the lock lasts, says for how long, and not a millisecond longer', () => {
    const locked = aRecord({ count: 5, lockedForMs: 0.5 });
    expect(judgeAttempt(locked, emailLockout)).toEqual({ kind: 'locked', retryAfterMs: 1 });
    expect(judgeAttempt({ ...locked, lockedForMs: 0 }, emailLockout)).toMatchObject({ kind: 'allowed', count: 6 });
  });

  it('begins anew after an hour without an attempt', () => {
    const before = aRecord({ count: 11, sinceLastMs: 60 * minute });
    expect(judgeAttempt(before, emailLockout)).toMatchObject({ count: 12 });
    expect(judgeAttempt({ ...before, sinceLastMs: 60 * minute + 1 }, emailLockout)).toEqual({
      ...{ kind: 'allowed', count: 1, lockMs: 0 },
    });
  });
});
