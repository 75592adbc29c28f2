import { Injectable } from '@nestjs/common';
import { formatActor, type Actor, type Message, type Replay } from '@firmbridge/contracts';
import type { Tx } from '@firmbridge/database';
import type { ReplayFilter } from './replayed-entity.repository.js';

export interface ReplayRequest extends ReplayFilter {
  readonly replayId: string;
  readonly queue: string;
  readonly perSecond: number;
}

/** Where a replay stands that is not over. */
export interface OpenReplay extends ReplayRequest {
  readonly tenantId: string;
  readonly state: 'running' | 'cancelled';
  readonly stage: 'sending' | 'closing';
  readonly sent: number;
  readonly sentUntil: string | null;
  readonly commandId: string;
  readonly correlationId: string;
  readonly traceparent: string | null;
  readonly actor: Actor;
  readonly startedAt: string;
}

export interface DueReplay {
  readonly tenantId: string;
  readonly replayId: string;
  readonly queue: string;
}

export interface SentPage {
  readonly sent: number;
  readonly sentUntil: string | null;
  /** Nothing is left to send after it. */
  readonly isLast: boolean;
}

type ReplayRow = Omit<Replay, 'requestedBy'> & { readonly actor: Actor };

const utc = (column: string) => `to_char(${column} at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;

const requestColumns = `replay_id as "replayId", queue, to_jsonb(entity_types) as "entityTypes", to_jsonb(entity_ids) as "entityIds",
  ${utc('changed_from')} as "changedFrom", ${utc('changed_to')} as "changedTo", per_second as "perSecond"`;

const viewColumns = `${requestColumns}, state, expected, sent, actor, ${utc('started_at')} as "startedAt",
  ${utc('finished_at')} as "finishedAt", reason`;

/** What the outbox holds for a queue of this tenant, up to now. */
const newestOutboxId = `(select max(id) from outbox_message o
  where o.tenant_id = replay.tenant_id and o.exchange = '' and o.routing_key = replay.queue)`;

@Injectable()
export class ReplayRepository {
  /** Keeps what was asked for; a replay that is known already stays as it is. With a refusal it is over at once. */
  async add(
    tx: Tx,
    command: Message<ReplayRequest>,
    { expected, refusal }: { expected: number; refusal: string | null },
  ): Promise<void> {
    const { tenantId, data } = command;
    await tx.query(
      `insert into replay (tenant_id, replay_id, queue, entity_types, entity_ids, changed_from, changed_to, per_second, state,
         stage, expected, sent, next_step_at, command_id, correlation_id, traceparent, actor, started_at, finished_at, reason)
       select $1, $2, $3, $4, $5, $6, $7, $8, case when r.reason is null then 'running' else 'failed' end,
         case when r.reason is null then 'sending' else 'closed' end, $9, 0, t.now, $10, $11, $12, $13, t.now,
         case when r.reason is not null then t.now end, r.reason
       from (select clock_timestamp() as now) t, (select $14::text as reason) r
       on conflict do nothing`,
      [
        tenantId,
        data.replayId,
        data.queue,
        data.entityTypes,
        data.entityIds,
        data.changedFrom,
        data.changedTo,
        data.perSecond,
        expected,
        command.id,
        command.correlationId,
        command.traceparent ?? null,
        JSON.stringify(command.actor),
        refusal,
      ],
    );
  }

  async find(tx: Tx, tenantId: string, { replayId, limit }: { replayId: string | null; limit: number }) {
    const rows = await tx.query<ReplayRow>(
      `select ${viewColumns} from replay where tenant_id = $1 and ($2::uuid is null or replay_id = $2)
       order by started_at desc, replay_id limit $3`,
      [tenantId, replayId, limit],
    );
    return rows.map(toView);
  }

  /** Replays of all tenants of which a step is due, longest due first. */
  async due(tx: Tx, limit: number): Promise<DueReplay[]> {
    return tx.query<DueReplay>(
      `select tenant_id as "tenantId", replay_id as "replayId", queue from replay
       where stage <> 'closed' and next_step_at <= clock_timestamp() order by next_step_at limit $1`,
      [limit],
    );
  }

  /** How long until a step of any replay is due; null when there is none to come. */
  async msUntilNextStep(tx: Tx): Promise<number | null> {
    const [row] = await tx.query<{ ms: number | null }>(
      `select ceil(extract(epoch from min(next_step_at) - clock_timestamp()) * 1000)::float8 as ms
       from replay where stage <> 'closed'`,
    );
    return row?.ms ?? null;
  }

  /** The replay, locked, when a step of it is still due; null when another worker has it, or had. */
  async claim(tx: Tx, tenantId: string, replayId: string): Promise<OpenReplay | null> {
    const [row] = await tx.query<OpenReplay>(
      `select tenant_id as "tenantId", ${requestColumns}, state, stage, sent, sent_until as "sentUntil",
         command_id as "commandId", correlation_id as "correlationId", traceparent, actor, ${utc('started_at')} as "startedAt"
       from replay where tenant_id = $1 and replay_id = $2 and stage <> 'closed' and next_step_at <= clock_timestamp()
       for update skip locked`,
      [tenantId, replayId],
    );
    return row ?? null;
  }

  /**
   * Moves the checkpoint behind a page. The next is due when the page's share of the rate is used up, counted from when this
   * one was due; time that was lost otherwise is not made up for.
   */
  async advance(tx: Tx, { tenantId, replayId, perSecond }: OpenReplay, page: SentPage): Promise<void> {
    await tx.query(
      `update replay set sent = sent + $3, sent_until = coalesce($4, sent_until),
         next_step_at = greatest(next_step_at + make_interval(secs => $3::int / $5::float8), clock_timestamp()),
         stage = case when $6 then 'closing' else stage end, last_outbox_id = case when $6 then ${newestOutboxId} end
       where tenant_id = $1 and replay_id = $2`,
      [tenantId, replayId, page.sent, page.sentUntil, perSecond, page.isLast],
    );
  }

  /** Whether a row of the replay may still wait in the outbox. Later ones for the same queue are of others. */
  async isPublishing(tx: Tx, { tenantId, replayId }: OpenReplay): Promise<boolean> {
    const rows = await tx.query(
      `select 1 from replay
       where tenant_id = $1 and replay_id = $2 and exists (
         select from outbox_message o where o.tenant_id = $1 and o.id <= replay.last_outbox_id
           and o.exchange = '' and o.routing_key = replay.queue)`,
      [tenantId, replayId],
    );
    return rows.length > 0;
  }

  async waitFor(tx: Tx, { tenantId, replayId }: OpenReplay, ms: number): Promise<void> {
    await tx.query(
      `update replay set next_step_at = clock_timestamp() + make_interval(secs => $3::float8 / 1000)
       where tenant_id = $1 and replay_id = $2`,
      [tenantId, replayId, ms],
    );
  }

  /** Nothing is left to do. A replay that ran is completed, or has failed when there is a reason. */
  async close(tx: Tx, { tenantId, replayId }: OpenReplay, reason: string | null = null): Promise<void> {
    await tx.query(
      `update replay set stage = 'closed', reason = $3, finished_at = coalesce(finished_at, clock_timestamp()),
         state = case when state <> 'running' then state when $3::text is null then 'completed' else 'failed' end
       where tenant_id = $1 and replay_id = $2`,
      [tenantId, replayId, reason],
    );
  }

  /** Sends no further page; waits for one that is being sent. Without effect on a replay that is over. */
  async cancel(tx: Tx, tenantId: string, replayId: string): Promise<void> {
    // A statement that waits for a lock does not see what the holder wrote into other tables: two statements.
    await tx.query('select 1 from replay where tenant_id = $1 and replay_id = $2 for update', [tenantId, replayId]);
    await tx.query(
      `update replay set state = 'cancelled', stage = 'closing', finished_at = clock_timestamp(),
         next_step_at = clock_timestamp(), last_outbox_id = coalesce(last_outbox_id, ${newestOutboxId})
       where tenant_id = $1 and replay_id = $2 and state = 'running'`,
      [tenantId, replayId],
    );
  }
}

function toView({ actor, ...replay }: ReplayRow): Replay {
  return { ...replay, requestedBy: formatActor(actor) };
}
