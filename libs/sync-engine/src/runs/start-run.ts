import { AppError, formatActor, mappingMessages, type Message, type RunMode } from '@firmbridge/contracts';
import type { Tx } from '@firmbridge/database';
import type { ProviderAdapter, SyncedResource } from '../adapter.js';
import { policyOf } from '../budget/budget-rules.js';
import { connectionUnknown, statusOfConnection, type EngineConnection } from '../connections.js';
import { lanesOf, rankOf } from '../lanes.js';

export interface RunRequest {
  readonly runId: string;
  readonly connectionId: string;
  readonly mode: RunMode;
  /** Empty means all. */
  readonly resources: readonly string[];
}

export type StartOutcome = 'started' | 'already-running' | 'disconnected';

/** A person may have switched the permission on; stored records need none. */
const mindsNoRefusal: ReadonlySet<RunMode> = new Set(['manual', 'renormalize']);

/** Twice the clock difference and write delay that a provider may have between a change and its `updated_at`. */
const overlap = '10 minutes';

/**
 * Creates a run with one row per resource. A connection has at most one unfinished run that reads the provider: another
 * request answers `already-running` and changes nothing. Runs of mode `renormalize` go beside it,
 * and so does one sweep. Watermarks are taken over
 * minus an overlap; an initial run ignores them. Throws for a connection or a resource that nobody has heard of; of a
 * disconnected connection nothing is read, and the caller decides who should know. A resource that the provider refuses is left
 * out with its reason, except when a person asks.
 */
export async function startRun(
  tx: Tx,
  adapter: ProviderAdapter,
  request: RunRequest,
  cause: Pick<Message, 'tenantId' | 'correlationId' | 'actor'>,
): Promise<StartOutcome> {
  refuseUnknownResources(adapter, request);
  const status = await statusOfConnection(tx, request.connectionId);
  if (status === null) throw connectionUnknown(adapter.service, request.connectionId);
  if (status === 'disconnected') return 'disconnected';
  const lanes = lanesOf(request.mode);
  const started = await tx.query(
    `insert into run (tenant_id, run_id, connection_id, mode, state, correlation_id, actor, budget, started_at, paced_from, paced_pages, lane_rank)
     values ($1, $2, $3, $4, 'running', $5, $6, $7, clock_timestamp(), clock_timestamp(), 0, $8) on conflict do nothing returning run_id`,
    [
      cause.tenantId,
      request.runId,
      request.connectionId,
      request.mode,
      cause.correlationId,
      formatActor(cause.actor),
      JSON.stringify(request.mode === 'renormalize' ? [] : await windowsOf(tx, adapter, request)),
      rankOf(lanes.usual),
    ],
  );
  if (started.length === 0) return 'already-running';
  const wanted = offered(adapter, request.mode).filter(
    (r) => request.resources.length === 0 || request.resources.includes(r.name),
  );
  await tx.query(
    `insert into run_resource (tenant_id, run_id, resource, connection_id, position, lane, lane_rank, state, since,
       page_size, pages, calls, records, changed, sent_commands, applied_commands, applied, events, rejected,
       attempts, next_attempt_at, lease_token, lease_until, served_at, reason, finished_at, waits_for)
     select $1, $2, x.name, $3, x.position, case when w.resource is null then $8 else $4 end, case when w.resource is null then $9 else $5 end::smallint,
       case when f.resource is null then 'waiting' else 'failed' end,
       case when x.incremental then w.complete_until - interval '${overlap}' end,
       x.page_size, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, clock_timestamp(), 0, clock_timestamp(), 'epoch', f.reason, case when f.resource is not null then clock_timestamp() end,
       x.waits_for
     from jsonb_to_recordset($6::jsonb) as x(name text, position int, page_size int, incremental boolean, waits_for text)
     left join watermark w on w.tenant_id = $1 and w.connection_id = $3 and w.resource = x.name
     left join forbidden_resource f on f.tenant_id = $1 and f.connection_id = $3 and f.resource = x.name and $7`,
    [
      cause.tenantId,
      request.runId,
      request.connectionId,
      lanes.usual,
      rankOf(lanes.usual),
      JSON.stringify(
        wanted.map((r, position) => ({
          name: r.name,
          position,
          page_size: request.mode === 'renormalize' ? mappingMessages.recordPageLimits.records : r.pageSize,
          incremental: r.incremental && request.mode === 'incremental',
          waits_for: r.childOf ?? null,
        })),
      ),
      !mindsNoRefusal.has(request.mode),
      lanes.first,
      rankOf(lanes.first),
    ],
  );
  await endIfNothingIsLeft(tx, request.runId);
  return 'started';
}

async function windowsOf(tx: Tx, { budget }: ProviderAdapter, { connectionId }: RunRequest) {
  const [row] = await tx.query<Pick<EngineConnection, 'budget'>>(
    'select budget from connection where tenant_id = (select this_tenant()) and connection_id = $1',
    [connectionId],
  );
  return policyOf(row?.budget ?? null, budget).windows;
}

async function endIfNothingIsLeft(tx: Tx, runId: string): Promise<void> {
  await tx.query(
    `update run set state = 'failed', finished_at = clock_timestamp()
     where tenant_id = (select this_tenant()) and run_id = $1
       and not exists (select 1 from run_resource rr where rr.tenant_id = run.tenant_id and rr.run_id = run.run_id
         and rr.state <> 'failed')`,
    [runId],
  );
}

/** Of some resources there is no list of ids to sweep. */
function offered({ resources }: ProviderAdapter, mode: RunMode): readonly SyncedResource[] {
  return mode === 'sweep' ? resources.filter(({ sweep }) => sweep !== undefined) : resources;
}

/** A run without resources would never end. */
function refuseUnknownResources(adapter: ProviderAdapter, { mode, resources: asked }: RunRequest) {
  const { service, provider } = adapter;
  const resources = offered(adapter, mode);
  const unknown = asked.filter((name) => !resources.some((resource) => resource.name === name));
  if (unknown.length === 0) return;
  const message = `${service} reads no ${unknown.join(', ')} of ${provider}.`;
  throw new AppError('validation', `${service}.resource_unknown`, message, { details: { unknown } });
}
