import { Injectable } from '@nestjs/common';
import type { Tx } from '@firmbridge/database';
import type { StoredProperties } from '../domain/dead-letter.js';

interface LetterKey {
  readonly tenantId: string;
  readonly deadLetterId: string;
}

/** A letter that is to be sent now, locked until the end of the transaction. */
export interface DueLetter extends LetterKey {
  readonly queue: string;
  readonly properties: StoredProperties;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly body: Buffer;
  /** Times that sending it has failed. */
  readonly resendAttempts: number;
}

export interface DueLimits {
  readonly letters: number;
  /** A single letter may be larger. */
  readonly bytes: number;
}

const keys = 'unnest($1::uuid[], $2::uuid[]) as chosen (tenant_id, dead_letter_id)';
const isChosen = 'dead_letter.tenant_id = chosen.tenant_id and dead_letter.dead_letter_id = chosen.dead_letter_id';
const keysOf = (letters: readonly LetterKey[]) => [
  letters.map(({ tenantId }) => tenantId),
  letters.map(({ deadLetterId }) => deadLetterId),
];

/** Letters on their way back into their queues, of all tenants. */
@Injectable()
export class DueLetterRepository {
  /** Those whose time has come and that no other replica is sending. */
  async claim(tx: Tx, { letters, bytes }: DueLimits): Promise<DueLetter[]> {
    const due = await tx.query<LetterKey & { bodyBytes: number }>(
      `select tenant_id as "tenantId", dead_letter_id as "deadLetterId", body_bytes as "bodyBytes" from dead_letter
        where state = 'resending' and resend_at <= clock_timestamp() order by resend_at limit $1 for update skip locked`,
      [letters],
    );
    let size = 0;
    const chosen = due.filter(({ bodyBytes }, index) => (size += bodyBytes) <= bytes || index === 0);
    return tx.query<DueLetter>(
      `select dead_letter.tenant_id as "tenantId", dead_letter.dead_letter_id as "deadLetterId", queue, properties, headers, body,
         resend_attempts as "resendAttempts"
       from ${keys} join dead_letter on ${isChosen} order by resend_at`,
      keysOf(chosen),
    );
  }

  async areSent(tx: Tx, letters: readonly LetterKey[]): Promise<void> {
    await tx.query(
      `update dead_letter set state = 'resent', reason = null from ${keys} where ${isChosen}`,
      keysOf(letters),
    );
  }

  async isPostponed(
    tx: Tx,
    letter: DueLetter,
    { delayMs, reason }: { delayMs: number; reason: string },
  ): Promise<void> {
    await tx.query(
      `update dead_letter set resend_at = clock_timestamp() + $3 * interval '1 ms', resend_attempts = resend_attempts + 1, reason = $4
        where tenant_id = $1 and dead_letter_id = $2`,
      [letter.tenantId, letter.deadLetterId, delayMs, reason],
    );
  }

  /** A person decides again. */
  async waitsAgain(tx: Tx, letter: DueLetter, reason: string): Promise<void> {
    await tx.query(
      `update dead_letter set state = 'waiting', resend_at = null, decided_at = null, decided_by = null, reason = $3
        where tenant_id = $1 and dead_letter_id = $2`,
      [letter.tenantId, letter.deadLetterId, reason],
    );
  }

  /** Queues in which letters should have been long ago. */
  async lateQueues(tx: Tx, lateMs: number): Promise<string[]> {
    const rows = await tx.query<{ queue: string }>(
      `select distinct queue from dead_letter
        where state = 'resending' and resend_at < clock_timestamp() - $1 * interval '1 ms'`,
      [lateMs],
    );
    return rows.map(({ queue }) => queue);
  }

  /** Moves all that is to go into the queue by as much as its first letter is late. Letters being sent now do not count. */
  async moveSchedule(tx: Tx, queue: string, lateMs: number): Promise<void> {
    // Whoever schedules meanwhile waits for this row and then begins after what was moved.
    await tx.query('select 1 from resend_pace where queue = $1 for update', [queue]);
    await tx.query(
      `with ahead as (
         select tenant_id, dead_letter_id, resend_at from dead_letter where queue = $1 and state = 'resending' for update skip locked),
       late as (select clock_timestamp() - min(resend_at) as by from ahead having clock_timestamp() - min(resend_at) > $2 * interval '1 ms'),
       moved as (update resend_pace set last_due_at = last_due_at + late.by from late where queue = $1)
       update dead_letter set resend_at = dead_letter.resend_at + late.by from ahead, late
        where dead_letter.tenant_id = ahead.tenant_id and dead_letter.dead_letter_id = ahead.dead_letter_id`,
      [queue, lateMs],
    );
  }
}
