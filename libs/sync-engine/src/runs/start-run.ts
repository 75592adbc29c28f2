import { formatActor, type Message, type RunMode } from '@firmbridge/contracts';
import type { Tx } from '@firmbridge/database';
import type { ProviderAdapter } from '../adapter.js';
import { laneOfMode, rankOf } from '../lanes.js';

export interface RunRequest {
  readonly runId: string;
  readonly connectionId: string;
  readonly mode: RunMode;
  /** Empty means all. */
  readonly resources: readonly string[];
}

/** Twice the clock difference and write delay that a provider may have between a change and its `updated_at`. */
const overlap = '10 minutes';

/**
 * Creates a run with one row per resource. A connection has at most one unfinished run: another request answers
 * `already-running` and changes nothing. Watermarks are taken over minus an overlap; an initial run ignores them.
 */
export async function startRun(
  tx: Tx,
  adapter: ProviderAdapter,
  request: RunRequest,
  cause: Pick<Message, 'tenantId' | 'correlationId' | 'actor'>,
): Promise<'started' | 'already-running' | 'unknown-connection'> {
  const known = await tx.query(`select 1 from connection where connection_id = $1 and status <> 'disconnected'`, [
    request.connectionId,
  ]);
  if (known.length === 0) return 'unknown-connection';
  const started = await tx.query(
    `insert into run (tenant_id, run_id, connection_id, mode, state, correlation_id, actor, started_at)
     values ($1, $2, $3, $4, 'running', $5, $6, clock_timestamp()) on conflict do nothing returning run_id`,
    [cause.tenantId, request.runId, request.connectionId, request.mode, cause.correlationId, formatActor(cause.actor)],
  );
  if (started.length === 0) return 'already-running';
  const wanted = adapter.resources.filter((r) => request.resources.length === 0 || request.resources.includes(r.name));
  const lane = laneOfMode[request.mode];
  await tx.query(
    `insert into run_resource (tenant_id, run_id, resource, connection_id, position, lane, lane_rank, state, since,
       pages, calls, records, changed, sent_commands, applied_commands, applied, events, rejected,
       attempts, next_attempt_at, lease_token, lease_until, served_at)
     select $1, $2, x.name, $3, x.position, $4, $5, 'waiting',
       case when x.incremental then w.complete_until - interval '${overlap}' end,
       0, 0, 0, 0, 0, 0, 0, 0, 0, 0, clock_timestamp(), 0, clock_timestamp(), 'epoch'
     from jsonb_to_recordset($6::jsonb) as x(name text, position int, incremental boolean)
     left join watermark w on w.tenant_id = $1 and w.connection_id = $3 and w.resource = x.name`,
    [
      cause.tenantId,
      request.runId,
      request.connectionId,
      lane,
      rankOf(lane),
      JSON.stringify(
        wanted.map((r, position) => ({
          name: r.name,
          position,
          incremental: r.incremental && request.mode === 'incremental',
        })),
      ),
    ],
  );
  return 'started';
}
