import type { Lane, RunMode } from '@firmbridge/contracts';
import type { Database } from '@firmbridge/database';
import { connectionColumns, type EngineConnection } from '../connections.js';

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
}

type Row = EngineConnection & Omit<ClaimedPage, 'connection' | 'since'> & { readonly since: string | null };

/**
 * Takes the next page of any run of any tenant: most urgent lane first, then whoever was served longest ago.
 * Rows being worked on are skipped, not waited for; a crashed holder's lease runs out.
 */
export async function claimPage(database: Database, options: ClaimOptions): Promise<ClaimedPage | null> {
  return database.acrossTenants(async (tx) => {
    const [row] = await tx.query<Row>(
      `with next as (
         select rr.tenant_id, rr.run_id, rr.resource
         from run_resource rr
         join connection c on c.tenant_id = rr.tenant_id and c.connection_id = rr.connection_id and c.status = 'active'
         where rr.state in ('waiting', 'fetching') and rr.lease_until <= clock_timestamp() and rr.next_attempt_at <= clock_timestamp()
           and rr.sent_commands - rr.applied_commands < $2
         order by rr.lane_rank, rr.served_at, rr.position
         limit 1
         for update of rr skip locked
       ), claimed as (
         update run_resource rr set lease_until = clock_timestamp() + make_interval(secs => $1), lease_token = rr.lease_token + 1,
           served_at = clock_timestamp(), state = 'fetching', started_at = coalesce(rr.started_at, clock_timestamp())
         from next where rr.tenant_id = next.tenant_id and rr.run_id = next.run_id and rr.resource = next.resource
         returning rr.*
       )
       select ${connectionColumns}, rr.run_id as "runId", rr.resource, run.mode, rr.lane, rr.cursor, rr.since, rr.attempts,
         rr.lease_token as "leaseToken", run.correlation_id as "correlationId", run.actor, clock_timestamp() as "observedAt"
       from claimed rr
       join run on run.tenant_id = rr.tenant_id and run.run_id = rr.run_id
       join connection c on c.tenant_id = rr.tenant_id and c.connection_id = rr.connection_id`,
      [options.leaseSeconds, options.maxUnapplied],
    );
    if (!row) return null;
    const { tenantId, connectionId, provider, region, accountId, accountName, apiOrigin, status, since, ...claim } =
      row;
    return {
      ...claim,
      since: since === null ? null : new Date(since),
      connection: { tenantId, connectionId, provider, region, accountId, accountName, apiOrigin, status },
    };
  });
}
