import { Injectable } from '@nestjs/common';
import type { auditMessages, DeadLetter, ReplyOf } from '@firmbridge/contracts';
import type { Tx } from '@firmbridge/database';
import type { NewDeadLetter } from '../domain/dead-letter.js';

export type DeadLetterGroup = ReplyOf<typeof auditMessages.groupDeadLetters>['groups'][number];

export interface DeadLetterSearch {
  readonly tenantId: string;
  readonly state: DeadLetter['state'] | null;
  readonly queue: string | null;
  readonly type: string | null;
  readonly fingerprint: string | null;
  readonly after: { readonly at: string; readonly id: string } | null;
  readonly limit: number;
}

/** A letter with its message. */
export interface OpenedLetter {
  readonly deadLetter: DeadLetter;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly body: Buffer;
}

const instants = ['failedAt', 'resendAt', 'decidedAt'] as const;

const columns = `
  dead_letter_id as "deadLetterId", queue, message_id as "messageId", type, kind, correlation_id as "correlationId",
  error_code as "errorCode", error_message as "errorMessage", attempts, failed_at as "failedAt", fingerprint, state,
  resend_at as "resendAt", decided_at as "decidedAt", decided_by as "decidedBy", reason, replaced_by as "replacedBy",
  previous_dead_letter_id as "previousDeadLetterId", body_bytes as "bodyBytes", body_is_kept as "bodyIsKept"`;

/** Keeps letters and finds them again. */
@Injectable()
export class DeadLetterRepository {
  /** Does nothing when the letter is kept already. */
  async keep(tx: Tx, letter: NewDeadLetter): Promise<void> {
    await tx.query(
      `insert into dead_letter (tenant_id, dead_letter_id, queue, message_id, type, kind, correlation_id, error_code, error_message,
         attempts, failed_at, drained_at, fingerprint, cause, previous_dead_letter_id, properties, headers, body, body_bytes,
         body_is_kept, state, resend_attempts)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, clock_timestamp(), $12, $13, $14, $15::jsonb, $16::jsonb, $17, $18, $19,
         'waiting', 0)
       on conflict (tenant_id, dead_letter_id) do nothing`,
      [
        letter.tenantId,
        letter.deadLetterId,
        letter.queue,
        letter.messageId,
        letter.type,
        letter.kind,
        letter.correlationId,
        letter.errorCode,
        letter.errorMessage,
        letter.attempts,
        letter.failedAt.toISOString(),
        letter.fingerprint,
        letter.cause,
        letter.previousDeadLetterId,
        JSON.stringify(letter.properties),
        JSON.stringify(letter.headers),
        letter.body,
        letter.bodyBytes,
        letter.bodyIsKept,
      ],
    );
  }

  /** Newest first, without bodies. */
  async search(tx: Tx, search: DeadLetterSearch): Promise<DeadLetter[]> {
    const { tenantId, state, queue, type, fingerprint, after, limit } = search;
    const rows = await tx.query<DeadLetter>(
      `select ${columns} from dead_letter
        where tenant_id = $1 and ($2::text is null or state = $2) and ($3::text is null or queue = $3)
          and ($4::text is null or type = $4) and ($5::text is null or fingerprint = $5)
          and ($6::timestamptz is null or (failed_at, dead_letter_id) < ($6, $7::uuid))
        order by failed_at desc, dead_letter_id desc limit $8`,
      [tenantId, state, queue, type, fingerprint, after?.at ?? null, after?.id ?? null, limit],
    );
    return rows.map(inIsoInstants);
  }

  async find(tx: Tx, tenantId: string, deadLetterId: string, lock?: 'for update'): Promise<OpenedLetter | null> {
    const [row] = await tx.query<DeadLetter & Omit<OpenedLetter, 'deadLetter'>>(
      `select ${columns}, headers, body from dead_letter where tenant_id = $1 and dead_letter_id = $2 ${lock ?? ''}`,
      [tenantId, deadLetterId],
    );
    if (row === undefined) return null;
    const { headers, body, ...letter } = row;
    return { deadLetter: inIsoInstants(letter), headers, body };
  }

  /** Of what waits for a decision, the largest first. */
  async groups(tx: Tx, tenantId: string, limit: number): Promise<DeadLetterGroup[]> {
    const rows = await tx.query<DeadLetterGroup>(
      `select fingerprint, min(queue) as queue, min(type) as type, min(error_code) as "errorCode", min(cause) as cause,
         count(*)::int as count, min(failed_at) as "firstFailedAt", max(failed_at) as "lastFailedAt",
         (array_agg(dead_letter_id order by failed_at desc, dead_letter_id desc))[1] as "newestDeadLetterId"
       from dead_letter where tenant_id = $1 and state = 'waiting'
       group by fingerprint order by count(*) desc, max(failed_at) desc limit $2`,
      [tenantId, limit],
    );
    return rows.map((row) => ({
      ...row,
      firstFailedAt: new Date(row.firstFailedAt).toISOString(),
      lastFailedAt: new Date(row.lastFailedAt).toISOString(),
    }));
  }

  /** Of all tenants. */
  async countWaiting(tx: Tx): Promise<number> {
    const [row] = await tx.query<{ count: number }>(
      `select count(*)::int as count from dead_letter where state = 'waiting'`,
    );
    return row?.count ?? 0;
  }
}

function inIsoInstants(row: DeadLetter): DeadLetter {
  const converted = instants.map((name) => {
    const value = row[name];
    return [name, value === null ? null : new Date(value).toISOString()] as const;
  });
  return { ...row, ...Object.fromEntries(converted) };
}
