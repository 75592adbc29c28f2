import type { Database } from '@firmbridge/database';
import { hashSecret } from '../../domain/secrets.js';
import { endSession } from '../../persistence/people/session.repository.js';

/** Ends the session of a token. Afterwards it is over, whether it was there or not. */
export class LogOut {
  constructor(private readonly database: Database) {}

  execute({ sessionToken }: { readonly sessionToken: string }): Promise<void> {
    return this.database.acrossTenants((tx) => endSession(tx, hashSecret(sessionToken)));
  }
}
