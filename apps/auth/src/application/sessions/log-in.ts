import { AppError } from '@firmbridge/contracts';
import type { Database } from '@firmbridge/database';
import { noteLogin } from '../../persistence/people/person.repository.js';
import type { SessionTiming } from '../../persistence/people/session.repository.js';
import type { PasswordHasher } from '../passwords/password-hasher.js';
import type { PasswordClaim, VerifyPassword } from '../passwords/verify-password.js';
import type { LogOut } from './log-out.js';
import { openSession, type OpenedSession } from './open-session.js';

export interface LoginWish extends PasswordClaim {
  /** Of the browser that logs in: nobody goes on in a session from before. */
  readonly previousSessionToken: string | null;
}

/** Opens a session for whoever knows the password, or refuses with one sentence whatever the reason. */
export class LogIn {
  constructor(
    private readonly database: Database,
    private readonly verify: VerifyPassword,
    private readonly hasher: PasswordHasher,
    private readonly logOut: LogOut,
    private readonly timing: SessionTiming,
  ) {}

  async execute({ previousSessionToken, ...claim }: LoginWish): Promise<OpenedSession> {
    const identity = await this.verify.execute(claim);
    if (identity === null) throw refused();
    const isOutdated = this.hasher.isOutdated(identity.passwordHash);
    const renewedHash = isOutdated ? await this.hasher.hash(claim.password) : null;
    if (previousSessionToken !== null) await this.logOut.execute({ sessionToken: previousSessionToken });
    const opened = await this.database.inTenant(identity.tenantId, async (tx) =>
      (await noteLogin(tx, identity, renewedHash)) ? openSession(tx, identity, this.timing) : null,
    );
    if (opened === null) throw refused();
    return opened;
  }
}

function refused(): AppError {
  return new AppError('unauthorized', 'login.refused', 'The e-mail address or the password is wrong.');
}
