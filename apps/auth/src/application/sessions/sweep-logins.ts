import type { Database } from '@firmbridge/database';
import { removeOldAttempts } from '../../persistence/people/login-attempt.repository.js';
import { removeOverSessions, type SessionTiming } from '../../persistence/people/session.repository.js';
import { removeOverSetupTokens } from '../../persistence/people/setup-token.repository.js';

/** Removes sessions and setup tokens that are over, and attempts that nobody counts any more. */
export class SweepLogins {
  constructor(
    private readonly database: Database,
    private readonly timing: SessionTiming,
  ) {}

  execute() {
    return this.database.acrossTenants(async (tx) => ({
      sessions: await removeOverSessions(tx, this.timing),
      setupTokens: await removeOverSetupTokens(tx),
      attempts: await removeOldAttempts(tx),
    }));
  }
}
