import type { Lane, RunMode } from '@firmbridge/contracts';
import type { Database, Tx } from '@firmbridge/database';
import { connectionColumns, partConnection, type EngineConnection } from '../connections.js';
import type { PageSource } from '../lanes.js';

/** The right to fetch the next page of one resource until the lease ends; the token fences off a holder that was too slow. */
export interface ClaimedPage {
  readonly connection: EngineConnection;
  readonly runId: string;
  readonly resource: string;
  readonly mode: RunMode;
  readonly lane: Lane;
  readonly cursor: string | null;
  readonly since: Date | null;
  readonly attempts: number;
  readonly leaseToken: string;
  readonly correlationId: string;
  readonly actor: string;
  /** The database's clock before the fetch: what is read is at least this fresh. */
  readonly observedAt: string;
}

export interface ClaimOptions {
  readonly leaseSeconds: number;
  /** A resource rests while so many of its commands are not applied yet. */
  readonly maxUnapplied: number;
  /** Default `provider`. */
  readonly source?: PageSource;
  /** How many pages the caller fetches at the same time; a connection gets its share of them. Default: no share is kept. */
  readonly slots?: number;
  /** The connections whose pages the caller fetches now, each as often as it does. */
  readonly busy?: readonly string[];
}

type Row = EngineConnection & Omit<ClaimedPage, 'connection' | 'since'> & { readonly since: string | null };

/**
 * Takes the next page of any run of any tenant: most urgent lane first, then the tenant that was served longest ago, then its
 * resource that was. Rows being worked on are skipped, not waited for; a crashed holder's lease runs out. A connection whose
 * budget is spent rests, and none has more than its share of the caller's slots. Stored pages need no grant.
 */
export async function claimPage(database: Database, options: ClaimOptions): Promise<ClaimedPage | null> {
  for (let attempt = 1; attempt <= mostAttempts; attempt++) {
    const row = await database.acrossTenants((tx) => claimOnce(tx, options));
    if (!row) return null;
    // All free pages of the run whose turn it was are in other hands just now; the next run may have its turn.
    if (row.resource === null) continue;
    const { connection, own } = partConnection(row);
    return { ...own, since: own.since === null ? null : new Date(own.since), connection };
  }
  return null;
}

/** Somebody may hold a free page for as long as a transaction takes. */
const mostAttempts = 3;

// Looked up run by run in the order of the index, not joined: the first run that has something ends the search.
const isFree = `rr.state in ('waiting', 'fetching') and rr.lease_until <= clock_timestamp() and rr.next_attempt_at <= clock_timestamp()
  and rr.sent_commands - rr.applied_commands < $2
  and (rr.waits_for is null or not exists (select 1 from run_resource parent where parent.tenant_id = rr.tenant_id
    and parent.run_id = rr.run_id and parent.resource = rr.waits_for and parent.state in ('waiting', 'fetching')))`;

async function claimOnce(tx: Tx, options: ClaimOptions): Promise<Row | { readonly resource: null } | null> {
  const { leaseSeconds, maxUnapplied, source = 'provider', slots = 1_000_000, busy = [] } = options;
  const [row] = await tx.query<Row | { readonly resource: null }>(
    `with turn as (
       select run.tenant_id, run.run_id, run.lane_rank from run
       where run.finished_at is null and run.state = 'running' and (run.mode = 'renormalize') = ($3 = 'store') and run.rests_until <= clock_timestamp()
         and (select c.status = 'active' or ($3 = 'store' and c.status <> 'disconnected') from connection c
           where c.tenant_id = run.tenant_id and c.connection_id = run.connection_id)
         and (select count(*) from unnest($5::uuid[]) as busy(connection_id) where busy.connection_id = run.connection_id)
           < ceil($4::numeric / (select greatest(1, count(*)) from run others
               where others.finished_at is null and others.state = 'running' and others.mode <> 'renormalize' and others.rests_until <= clock_timestamp()))
         and (select true from run_resource rr where rr.tenant_id = run.tenant_id and rr.run_id = run.run_id and ${isFree} limit 1)
       order by run.lane_rank, run.served_at limit 1
     ), next as (
       select rr.tenant_id, rr.run_id, rr.resource from turn
       join run_resource rr on rr.tenant_id = turn.tenant_id and rr.run_id = turn.run_id and ${isFree}
       order by rr.served_at, rr.position limit 1 for update of rr skip locked
     ), served as (
       update run set served_at = clock_timestamp() where (run.tenant_id, run.run_id) in (
         select others.tenant_id, others.run_id from turn join run others on others.tenant_id = turn.tenant_id
           and others.lane_rank = turn.lane_rank and others.finished_at is null
         for update of others skip locked)
     ), claimed as (
       update run_resource rr set lease_until = clock_timestamp() + make_interval(secs => $1), lease_token = rr.lease_token + 1,
         served_at = clock_timestamp(), state = 'fetching', started_at = coalesce(rr.started_at, clock_timestamp())
       from next where rr.tenant_id = next.tenant_id and rr.run_id = next.run_id and rr.resource = next.resource
       returning rr.*
     )
     select ${connectionColumns}, rr.run_id as "runId", rr.resource, run.mode, rr.lane, rr.cursor, rr.since, rr.attempts,
       rr.lease_token as "leaseToken", run.correlation_id as "correlationId", run.actor, clock_timestamp() as "observedAt"
     from turn
     left join claimed rr on true
     left join run on run.tenant_id = rr.tenant_id and run.run_id = rr.run_id
     left join connection c on c.tenant_id = rr.tenant_id and c.connection_id = rr.connection_id`,
    [leaseSeconds, maxUnapplied, source, slots, [...busy]],
  );
  return row ?? null;
}
