import type { Tx } from '@firmbridge/database';
import { asInterval, milliseconds } from './sql-time.js';

export interface AttemptFacts {
  readonly count: number;
  readonly lockedForMs: number;
  readonly sinceLastMs: number;
}

const lockedForMs = `coalesce(${milliseconds('locked_until - clock_timestamp()')}, 0)`;

/** For how long the most locked of them is; not positive when none is. */
export async function longestLockMs(tx: Tx, subjects: readonly string[]): Promise<number> {
  const [row] = await tx.query<{ ms: number | null }>(
    `select max(${lockedForMs}) as ms from login_attempt where subject = any ($1)`,
    [subjects],
  );
  return row?.ms ?? 0;
}

/** Locks the row, which is there from the first attempt on: attempts of one subject are judged one after the other. */
export async function lockAttempts(tx: Tx, subject: string): Promise<AttemptFacts> {
  const [row] = await tx.query<AttemptFacts>(
    `insert into login_attempt as known (subject, attempt_count, last_attempt_at) values ($1, 0, clock_timestamp())
     on conflict (subject) do update set attempt_count = known.attempt_count
     returning attempt_count as count, ${lockedForMs} as "lockedForMs",
               ${milliseconds('clock_timestamp() - last_attempt_at')} as "sinceLastMs"`,
    [subject],
  );
  return row ?? { count: 0, lockedForMs: 0, sinceLastMs: 0 };
}

export async function noteAttempt(tx: Tx, subject: string, { count, lockMs }: { count: number; lockMs: number }) {
  await tx.query(
    `update login_attempt set attempt_count = $2, last_attempt_at = clock_timestamp(),
            locked_until = case when $3::float8 > 0 then clock_timestamp() + ${asInterval('$3')} end
      where subject = $1`,
    [subject, count, lockMs],
  );
}

export async function forgetAttempts(tx: Tx, subject: string): Promise<void> {
  await tx.query('delete from login_attempt where subject = $1', [subject]);
}

/** One of them was right after all; a lock that is no longer deserved goes with it. */
export async function takeBackAttempt(tx: Tx, subject: string, freeAttempts: number): Promise<void> {
  await tx.query(
    `update login_attempt set attempt_count = greatest(attempt_count - 1, 0),
            locked_until = case when attempt_count - 1 < $2 then null else locked_until end
      where subject = $1`,
    [subject, freeAttempts],
  );
}

/** To be asked across tenants, like all here: what is counted belongs to none. */
export async function removeOldAttempts(tx: Tx): Promise<number> {
  const rows = await tx.query(
    "delete from login_attempt where last_attempt_at < clock_timestamp() - interval '1 day' returning subject",
  );
  return rows.length;
}
