import { Injectable } from '@nestjs/common';
import type { DeadLetterSelection } from '@firmbridge/contracts';
import type { Tx } from '@firmbridge/database';

export interface Decision {
  readonly tenantId: string;
  readonly decidedBy: string;
}

export interface Selected {
  readonly tenantId: string;
  readonly selection: DeadLetterSelection;
}

/** Letters of one queue, in the order in which they are to be sent. */
export interface Batch {
  readonly queue: string;
  readonly deadLetterIds: readonly string[];
}

const selected = `
  tenant_id = $1 and state = 'waiting' and ($2::uuid[] is null or dead_letter_id = any($2))
  and ($3::text is null or fingerprint = $3) and ($4::text is null or queue = $4)`;

const parametersOf = ({ tenantId, selection }: Selected) => [
  tenantId,
  selection.deadLetterIds,
  selection.fingerprint,
  selection.queue,
];

/** Decides about letters that wait; whatever was decided before is left alone. */
@Injectable()
export class DecisionRepository {
  /** Locks letters that wait and can be sent again, the oldest of each queue first. */
  takeResendable(tx: Tx, which: Selected, limit: number): Promise<Batch[]> {
    return tx.query<Batch>(
      // The order is the same for everybody, so that two decisions at once wait for each other and never in a circle.
      `with chosen as (
         select dead_letter_id, queue, failed_at from dead_letter where ${selected} and body_is_kept
          order by queue, failed_at, dead_letter_id limit $5 for update)
       select queue, array_agg(dead_letter_id order by failed_at, dead_letter_id) as "deadLetterIds"
       from chosen group by queue order by queue`,
      [...parametersOf(which), limit],
    );
  }

  /** Gives each letter its time, after whatever is to be sent to that queue already. The instant of the last one. */
  async schedule(tx: Tx, batch: Batch, { tenantId, decidedBy, perSecond }: Decision & { perSecond: number }) {
    const [paced] = await tx.query<{ lastDueAt: string }>(
      `insert into resend_pace (queue, last_due_at) values ($1, clock_timestamp() + ($2 - 1) * $3::interval)
       on conflict (queue) do update
         set last_due_at = greatest(clock_timestamp(), resend_pace.last_due_at + $3::interval) + ($2 - 1) * $3::interval
       returning last_due_at as "lastDueAt"`,
      [batch.queue, batch.deadLetterIds.length, stepOf(perSecond)],
    );
    if (paced === undefined) throw new Error('an upsert returned no row');
    await tx.query(
      `update dead_letter set state = 'resending', resend_at = $3::timestamptz - ($4 - place) * $5::interval, resend_attempts = 0,
         decided_at = clock_timestamp(), decided_by = $6, reason = null
       from unnest($2::uuid[]) with ordinality as chosen (id, place)
       where tenant_id = $1 and dead_letter_id = chosen.id`,
      [tenantId, batch.deadLetterIds, paced.lastDueAt, batch.deadLetterIds.length, stepOf(perSecond), decidedBy],
    );
    return new Date(paced.lastDueAt);
  }

  /** How many were discarded. */
  async discard(tx: Tx, which: Selected, { decidedBy, reason, limit }: Discard): Promise<number> {
    const rows = await tx.query<{ discarded: number }>(
      `with chosen as (
         select dead_letter_id from dead_letter where ${selected} order by queue, failed_at, dead_letter_id limit $5 for update)
       update dead_letter set state = 'discarded', decided_at = clock_timestamp(), decided_by = $6, reason = $7
       where tenant_id = $1 and dead_letter_id in (select dead_letter_id from chosen) returning 1 as discarded`,
      [...parametersOf(which), limit, decidedBy, reason],
    );
    return rows.length;
  }

  /** The caller holds the letter's lock and knows that it waits. */
  async replace(tx: Tx, deadLetterId: string, { tenantId, decidedBy, reason, replacedBy }: Replacement): Promise<void> {
    await tx.query(
      `update dead_letter set state = 'replaced', decided_at = clock_timestamp(), decided_by = $3, reason = $4, replaced_by = $5
        where tenant_id = $1 and dead_letter_id = $2`,
      [tenantId, deadLetterId, decidedBy, reason, replacedBy],
    );
  }

  /** What matches and still waits. */
  async count(tx: Tx, which: Selected): Promise<{ resendable: number; oversized: number }> {
    const [row] = await tx.query<{ resendable: number; oversized: number }>(
      `select (count(*) filter (where body_is_kept))::int as resendable, (count(*) filter (where not body_is_kept))::int as oversized
       from dead_letter where ${selected}`,
      parametersOf(which),
    );
    return row ?? { resendable: 0, oversized: 0 };
  }
}

interface Discard {
  readonly decidedBy: string;
  readonly reason: string;
  readonly limit: number;
}

interface Replacement extends Decision {
  readonly reason: string;
  readonly replacedBy: string;
}

function stepOf(perSecond: number): string {
  return `${1_000 / perSecond} milliseconds`;
}
