import type { Session } from '@firmbridge/contracts';
import type { Database } from '@firmbridge/database';
import { hashSecret } from '../../domain/secrets.js';
import { findSession, noteUse, type SessionTiming } from '../../persistence/people/session.repository.js';

export interface SessionQuestion {
  readonly sessionToken: string;
  readonly countsAsUse?: boolean;
}

/**
 * Whose session it is, with the roles the person has now; null when it is unknown or over. Being asked keeps it alive, unless
 * the question is said not to count.
 */
export class CheckSession {
  constructor(
    private readonly database: Database,
    private readonly timing: SessionTiming,
  ) {}

  async execute({ sessionToken, countsAsUse = true }: SessionQuestion): Promise<Session | null> {
    const tokenHash = hashSecret(sessionToken);
    const known = await this.database.acrossTenants((tx) => findSession(tx, tokenHash, this.timing));
    if (known === null) return null;
    const { session, isUseDue } = known;
    if (isUseDue && countsAsUse) await this.database.inTenant(session.tenantId, (tx) => noteUse(tx, session));
    return session;
  }
}
