import type { Session } from '@firmbridge/contracts';
import type { Tx } from '@firmbridge/database';
import { randomBytes, randomUUID } from 'node:crypto';
import { hashSecret } from '../../domain/secrets.js';
import { addSession, findSession, type SessionTiming } from '../../persistence/people/session.repository.js';

export interface OpenedSession {
  /** Known to whoever gets it, and to nobody else: only its hash is kept. */
  readonly sessionToken: string;
  readonly session: Session;
}

interface Who {
  readonly tenantId: string;
  readonly personId: string;
}

/** A new session of an active person, in the person's transaction. */
export async function openSession(tx: Tx, { tenantId, personId }: Who, timing: SessionTiming): Promise<OpenedSession> {
  const sessionToken = randomBytes(32).toString('base64url');
  const tokenHash = hashSecret(sessionToken);
  const { longestMs } = timing;
  await addSession(tx, { tenantId, personId, tokenHash, longestMs, sessionId: randomUUID() });
  const opened = await findSession(tx, tokenHash, timing);
  if (opened === null) throw new Error('A session that was just opened is not there.');
  return { sessionToken, session: opened.session };
}
