import { AppError } from '@firmbridge/contracts';
import type { Database } from '@firmbridge/database';
import { emailLockout, judgeAttempt, sourceLockout, type LockoutPolicy } from '../../domain/people/lockout.js';
import { sourceNetwork } from '../../domain/people/source-network.js';
import { hashSecret } from '../../domain/secrets.js';
import {
  forgetAttempts,
  lockAttempts,
  longestLockMs,
  noteAttempt,
  takeBackAttempt,
} from '../../persistence/people/login-attempt.repository.js';

/** Under what an attempt is counted. */
export interface AttemptSubjects {
  readonly source: string;
  readonly email: string;
}

/** `email` normalised where it can be; what is no address is counted as it stands. */
export function attemptSubjects(email: string, sourceAddress: string): AttemptSubjects {
  return { source: `source:${hashSecret(sourceNetwork(sourceAddress))}`, email: `email:${hashSecret(email)}` };
}

/**
 * Counts wrong passwords by e-mail address, whether anybody has it or not, and by source address, and makes those who go on
 * wait. All replicas count together. The row of the source is always locked before that of the e-mail address.
 */
export class LoginAttempts {
  constructor(private readonly database: Database) {}

  /** Throws while one of them is locked. Waits for nobody, so that a flood against a lock holds up nothing. */
  async refuseLocked({ source, email }: AttemptSubjects): Promise<void> {
    const lockedForMs = await this.database.acrossTenants((tx) => longestLockMs(tx, [source, email]));
    if (lockedForMs > 0) throw locked(lockedForMs);
  }

  /** Counts an attempt from its beginning. Throws, and counts nothing, when one of them is locked. */
  async begin({ source, email }: AttemptSubjects): Promise<void> {
    await this.database.acrossTenants(async (tx) => {
      const count = async (subject: string, policy: LockoutPolicy) => {
        const verdict = judgeAttempt(await lockAttempts(tx, subject), policy);
        if (verdict.kind === 'locked') throw locked(verdict.retryAfterMs);
        await noteAttempt(tx, subject, verdict);
      };
      await count(source, sourceLockout);
      await count(email, emailLockout);
    });
  }

  /** The password was right: the e-mail address is cleared, the source has one wrong attempt less. */
  async succeeded({ source, email }: AttemptSubjects): Promise<void> {
    await this.database.acrossTenants(async (tx) => {
      await takeBackAttempt(tx, source, sourceLockout.freeAttempts);
      await forgetAttempts(tx, email);
    });
  }
}

function locked(retryAfterMs: number): AppError {
  const message = 'Too many wrong attempts. Wait before you try again.';
  return new AppError('rate_limited', 'login.locked', message, { retryAfterMs: Math.ceil(retryAfterMs) });
}
