import type { EntityVersion, Lane, OperationProblem } from '@firmbridge/contracts';
import type { Database } from '@firmbridge/database';
import { connectionColumns, partConnection, type EngineConnection } from '../connections.js';
import type { ClaimedWrite, WriteRequest } from './write-task.js';
import type { Turns } from './write-turns.js';

interface Row extends EngineConnection {
  readonly taskId: string;
  readonly kind: string;
  readonly lane: Lane;
  readonly payload: unknown;
  readonly recordId: string | null;
  readonly knownEtag: string | null;
  readonly knownRecord: ClaimedWrite['knownRecord'];
  readonly lastProblem: OperationProblem | null;
  readonly mayHaveHappened: boolean;
  readonly isSaidToHaveHappened: boolean;
  readonly attempts: number;
  readonly leaseToken: string;
  readonly correlationId: string;
  readonly actor: string;
  readonly createdAt: Date;
  readonly claimedAt: string;
  readonly entityId: string | null;
  readonly epoch: number;
  readonly n: string;
  readonly resource: string | null;
  readonly action: WriteRequest['action'];
  readonly requestHash: string;
  readonly answerBy: Date | null;
}

const isDue = `t.finished_at is null and t.next_attempt_at <= clock_timestamp() and t.lease_until <= clock_timestamp()
  and (t.connection_id::text || '/' || t.lane_rank::text) <> all ($5::text[])
  and not exists (select 1 from write_task o where o.tenant_id = t.tenant_id and o.connection_id = t.connection_id
    and o.subject = t.subject and o.finished_at is null and (o.created_at, o.task_id) < (t.created_at, t.task_id))`;

/**
 * Takes a write whose turn it is, the most urgent lane first, then that of the firm with the fewest under way, then of the one
 * served longest ago: intent is on disk before any call. Of one subject the oldest unfinished write goes first, so two changes of
 * a record never overtake each other, nor run at once.
 */
export async function claimWrite(database: Database, leaseSeconds: number, turns: Turns): Promise<ClaimedWrite | null> {
  return database.acrossTenants(async (tx) => {
    const [row] = await tx.query<Row>(
      `with turn as (
         select c.tenant_id, c.connection_id, first.lane_rank from connection c
         cross join lateral (select t.lane_rank, t.next_attempt_at from write_task t
           where t.tenant_id = c.tenant_id and t.connection_id = c.connection_id and ${isDue}
           order by t.lane_rank, t.next_attempt_at limit 1) first
         cross join lateral (select count(*) as count from unnest($2::uuid[]) as busy(tenant_id)
           where busy.tenant_id = c.tenant_id) busy
         where c.status = 'active' and busy.count < $3
         order by first.lane_rank, busy.count, coalesce(array_position($4::uuid[], c.tenant_id), 0), first.next_attempt_at limit 1
       ), next as (
         select t.tenant_id, t.task_id, t.state as was from turn
         join write_task t on t.tenant_id = turn.tenant_id and t.connection_id = turn.connection_id
           and t.lane_rank = turn.lane_rank and ${isDue}
         order by t.next_attempt_at limit 1 for update of t skip locked
       ), claimed as (
         update write_task t set state = 'started', attempts = attempts + 1, lease_token = lease_token + 1,
           lease_until = clock_timestamp() + make_interval(secs => $1),
           known_etag = case when next.was <> 'pending' then t.known_etag else (select r.body ->> 'etag' from record r
             where r.tenant_id = t.tenant_id and r.connection_id = t.connection_id and r.resource = t.resource
               and r.record_id = t.record_id) end
         from next where t.tenant_id = next.tenant_id and t.task_id = next.task_id returning t.*, next.was
       )
       select ${connectionColumns}, t.task_id as "taskId", t.kind, t.lane, t.payload, t.record_id as "recordId",
         t.known_etag as "knownEtag", case when t.was = 'unclear' then t.problem end as "lastProblem", t.was <> 'pending' as "mayHaveHappened",
         coalesce(t.decision ->> 'decision' = 'happened', false) as "isSaidToHaveHappened", t.attempts,
         t.lease_token as "leaseToken", t.correlation_id as "correlationId", t.actor, t.created_at as "createdAt",
         clock_timestamp() as "claimedAt", t.entity_id as "entityId", t.entity_epoch as epoch, t.entity_n as n, t.resource, t.action,
         t.request_hash as "requestHash", t.answer_by as "answerBy",
         (select jsonb_build_object('revision', r.revision, 'body', r.body) from record r where r.tenant_id = t.tenant_id
           and r.connection_id = t.connection_id and r.resource = t.resource and r.record_id = t.record_id) as "knownRecord"
       from claimed t join connection c on c.tenant_id = t.tenant_id and c.connection_id = t.connection_id`,
      [leaseSeconds, [...turns.busy], turns.mostOfOne, [...turns.served], [...turns.resting]],
    );
    return row ? claimedWrite(row) : null;
  });
}

function claimedWrite(row: Row): ClaimedWrite {
  const { connection, own } = partConnection(row);
  const { entityId, epoch, n, resource, action, requestHash, answerBy, createdAt, ...rest } = own;
  const version: EntityVersion = { epoch, n: Number(n) };
  return {
    ...rest,
    createdAt: new Date(createdAt),
    connection,
    entity: entityId === null ? null : { id: entityId, version },
    request:
      resource === null
        ? null
        : { resource, action, requestHash, answerBy: answerBy === null ? null : new Date(answerBy).toISOString() },
  };
}
