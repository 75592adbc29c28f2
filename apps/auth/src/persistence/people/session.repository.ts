import type { Session } from '@firmbridge/contracts';
import type { Tx } from '@firmbridge/database';
import { asInterval, utcText } from './sql-time.js';

export interface SessionTiming {
  /** Unused for as long, a session is over. */
  readonly idleMs: number;
  /** Older than this it is over in any case. */
  readonly longestMs: number;
}

/** Uses within a minute are one: a session is not written at each of them. */
const noticedAfterMs = 60_000;
const shareOfIdle = 0.1;

export interface KnownSession {
  readonly session: Session;
  /** Its last use is long enough ago to note this one. */
  readonly isUseDue: boolean;
}

interface SessionRow extends Omit<Session, 'person'> {
  readonly personId: string;
  readonly email: string;
  readonly name: string;
  readonly roles: Session['person']['roles'];
  readonly isUseDue: boolean;
}

/** The session of a token if it is not over. To be asked across tenants, except about a session just opened. */
export async function findSession(tx: Tx, tokenHash: string, { idleMs }: SessionTiming): Promise<KnownSession | null> {
  const [row] = await tx.query<SessionRow>(
    `select s.session_id as "sessionId", s.tenant_id as "tenantId", t.name as "firmName", p.person_id as "personId", p.email, p.name,
            to_json(p.roles) as roles, ${utcText('s.expires_at')} as "expiresAt",
            ${utcText(`least(s.expires_at, s.last_used_at + ${asInterval('$2')})`)} as "idleExpiresAt",
            s.last_used_at < clock_timestamp() - ${asInterval('$3')} as "isUseDue"
       from session s join person p using (tenant_id, person_id) join tenant t using (tenant_id)
      where s.token_hash = $1 and p.status = 'active'
        and s.expires_at > clock_timestamp() and s.last_used_at > clock_timestamp() - ${asInterval('$2')}`,
    [tokenHash, idleMs, Math.min(noticedAfterMs, idleMs * shareOfIdle)],
  );
  if (row === undefined) return null;
  const { personId, email, name, roles, isUseDue, ...rest } = row;
  return { session: { ...rest, person: { personId, email, name, roles } }, isUseDue };
}

export interface NewSession {
  readonly tenantId: string;
  readonly sessionId: string;
  readonly personId: string;
  readonly tokenHash: string;
  readonly longestMs: number;
}

export async function addSession(tx: Tx, { tenantId, sessionId, personId, tokenHash, longestMs }: NewSession) {
  await tx.query(
    `insert into session (tenant_id, session_id, person_id, token_hash, created_at, last_used_at, expires_at)
     values ($1, $2, $3, $4, clock_timestamp(), clock_timestamp(), clock_timestamp() + ${asInterval('$5')})`,
    [tenantId, sessionId, personId, tokenHash, longestMs],
  );
}

export async function noteUse(tx: Tx, { tenantId, sessionId }: Pick<Session, 'tenantId' | 'sessionId'>): Promise<void> {
  await tx.query('update session set last_used_at = clock_timestamp() where tenant_id = $1 and session_id = $2', [
    tenantId,
    sessionId,
  ]);
}

/** To be asked across tenants: whoever has the token may end the session. */
export async function endSession(tx: Tx, tokenHash: string): Promise<void> {
  await tx.query('delete from session where token_hash = $1', [tokenHash]);
}

/** All of a person, but for the one that is kept. */
export async function endSessionsOf(
  tx: Tx,
  { tenantId, personId, except = null }: { tenantId: string; personId: string; except?: string | null },
): Promise<void> {
  await tx.query(
    'delete from session where tenant_id = $1 and person_id = $2 and session_id is distinct from $3::uuid',
    [tenantId, personId, except],
  );
}

/** To be asked across tenants. */
export async function removeOverSessions(tx: Tx, { idleMs }: SessionTiming): Promise<number> {
  const rows = await tx.query(
    `delete from session where expires_at < clock_timestamp() or last_used_at < clock_timestamp() - ${asInterval('$1')}
     returning session_id`,
    [idleMs],
  );
  return rows.length;
}
