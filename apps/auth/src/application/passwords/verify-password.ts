import { isAppError } from '@firmbridge/contracts';
import type { Database } from '@firmbridge/database';
import { normaliseEmail } from '../../domain/people/email.js';
import { findLoginIdentity, type LoginIdentity } from '../../persistence/people/person.repository.js';
import type { BoundedWork } from './bounded-work.js';
import { attemptSubjects, type LoginAttempts } from './login-attempts.js';
import type { PasswordHasher } from './password-hasher.js';

export interface PasswordClaim {
  readonly email: string;
  readonly password: string;
  readonly sourceAddress: string;
}

/**
 * Whose e-mail address and password these are; null when they are nobody's, after the same work whether the address or the
 * password is wrong. Throws `rate_limited` after too many wrong ones, and when too much is going on.
 */
export class VerifyPassword {
  private readonly counts = { right: 0, wrong: 0, refused: 0 };

  constructor(
    private readonly database: Database,
    private readonly hasher: PasswordHasher,
    private readonly attempts: LoginAttempts,
    /** Keeps a flood of logins from taking all connections of the database. */
    private readonly door: BoundedWork,
  ) {}

  async execute(claim: PasswordClaim): Promise<LoginIdentity | null> {
    try {
      const identity = await this.judge(claim);
      this.counts[identity === null ? 'wrong' : 'right'] += 1;
      return identity;
    } catch (error) {
      if (isAppError(error) && error.kind === 'rate_limited') this.counts.refused += 1;
      throw error;
    }
  }

  stats() {
    return { ...this.counts };
  }

  private async judge({ email, password, sourceAddress }: PasswordClaim): Promise<LoginIdentity | null> {
    const address = normaliseEmail(email);
    const subjects = attemptSubjects(address ?? email, sourceAddress);
    this.door.requireRoom();
    await this.attempts.refuseLocked(subjects);
    return this.door.run(async () => {
      await this.attempts.begin(subjects);
      // Asked for an impossible address too, so that all ways are equally long.
      const identity = await this.database.acrossTenants((tx) => findLoginIdentity(tx, address ?? ''));
      const isRight = await this.hasher.verify(password, identity?.passwordHash ?? null);
      if (!isRight || identity === null) return null;
      await this.attempts.succeeded(subjects);
      return identity;
    });
  }
}
