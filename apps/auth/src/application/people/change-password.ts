import { AppError } from '@firmbridge/contracts';
import type { Database } from '@firmbridge/database';
import { requireGoodPassword } from '../../domain/people/password-policy.js';
import { findEmail, replacePassword } from '../../persistence/people/person.repository.js';
import { endSessionsOf } from '../../persistence/people/session.repository.js';
import type { Conversation } from '../conversation.js';
import type { PasswordHasher } from '../passwords/password-hasher.js';
import type { VerifyPassword } from '../passwords/verify-password.js';

export interface PasswordChange {
  readonly currentPassword: string;
  readonly newPassword: string;
  /** The session in which it is asked for. */
  readonly keepSessionId: string | null;
  readonly sourceAddress: string;
}

/** Gives whoever asks another password and ends their other sessions. Guessing the current one is counted like at login. */
export class ChangePassword {
  constructor(
    private readonly database: Database,
    private readonly verify: VerifyPassword,
    private readonly hasher: PasswordHasher,
  ) {}

  async execute(wish: PasswordChange, { tenantId, actor }: Conversation): Promise<void> {
    const email = actor.kind === 'person' ? await this.emailOf(tenantId, actor.id) : null;
    if (email === null) throw new AppError('forbidden', 'person.needed', 'Only a person has a password.');
    requireGoodPassword(wish.newPassword, email);
    const { currentPassword: password, sourceAddress } = wish;
    const identity = await this.verify.execute({ email, password, sourceAddress });
    if (identity === null) throw wrongPassword();
    const passwordHash = await this.hasher.hash(wish.newPassword);
    await this.database.inTenant(tenantId, async (tx) => {
      if (!(await replacePassword(tx, identity, passwordHash))) throw wrongPassword();
      await endSessionsOf(tx, { tenantId, personId: identity.personId, except: wish.keepSessionId });
    });
  }

  private emailOf(tenantId: string, personId: string): Promise<string | null> {
    return this.database.inTenant(tenantId, (tx) => findEmail(tx, tenantId, personId));
  }
}

function wrongPassword(): AppError {
  return new AppError('validation', 'password.wrong', 'The current password is wrong.');
}
