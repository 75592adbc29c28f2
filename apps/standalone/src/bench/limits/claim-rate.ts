import { randomUUID } from 'node:crypto';
import { claimPage } from '@firmbridge/sync-engine';
import { openDatabase, type LimitsPlace } from './limits-place.js';

const firms = 250;
const resources = 20;

export interface ClaimFigures {
  readonly runnableRows: number;
  readonly perSecond: number;
  /** Of the first claims, one for each firm: how many firms had one. */
  readonly firmsServedInTheFirstRound: number;
  readonly firms: number;
}

/** Claims one after the other while thousands of pages wait. */
export async function measureClaims(place: LimitsPlace, seconds: number): Promise<ClaimFigures> {
  const database = await openDatabase(place, 4);
  try {
    await database.acrossTenants(async (tx) => {
      const ids = Array.from({ length: firms }, () => [randomUUID(), randomUUID(), randomUUID()]);
      const columns = [0, 1, 2].map((column) => ids.map((each) => each[column]));
      await tx.query(
        `insert into connection (tenant_id, connection_id, provider, region, account_id, account_name, api_origin, status, changed_at, catch_up_due)
         select x.tenant, x.connection, 'clio', 'us', '1', 'A firm', 'http://127.0.0.1', 'active', now(), false
         from unnest($1::uuid[], $2::uuid[]) as x(tenant, connection)`,
        columns.slice(0, 2),
      );
      await tx.query(
        `insert into run (tenant_id, run_id, connection_id, mode, state, correlation_id, actor, started_at, lane_rank, budget, paced_from, paced_pages)
         select x.tenant, x.run, x.connection, 'initial', 'running', x.run, 'system:bench', now(), 3, '[]', now(), 0
         from unnest($1::uuid[], $2::uuid[], $3::uuid[]) as x(tenant, connection, run)`,
        columns,
      );
      await tx.query(
        `insert into run_resource (tenant_id, run_id, resource, connection_id, position, lane, lane_rank, state, pages, calls, records, changed,
           sent_commands, applied_commands, applied, events, rejected, attempts, next_attempt_at, lease_token, lease_until, served_at, page_size)
         select x.tenant, x.run, 'resource ' || r, x.connection, r, 'initial', 3, 'waiting', 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, now(), 0, now(), 'epoch', 200
         from unnest($1::uuid[], $2::uuid[], $3::uuid[]) as x(tenant, connection, run), generate_series(1, $4::int) r`,
        [...columns, resources],
      );
    });
    const first = new Set<string>();
    const claim = () => claimPage(database, { leaseSeconds: 1, maxUnapplied: 4, slots: 6 });
    for (let turn = 0; turn < firms; turn++) first.add((await claim())?.connection.tenantId ?? '');
    const until = performance.now() + seconds * 1000;
    let claims = 0;
    for (; performance.now() < until; claims++) await claim();
    return {
      runnableRows: firms * resources,
      perSecond: claims / seconds,
      firmsServedInTheFirstRound: first.size,
      firms,
    };
  } finally {
    await database.close();
  }
}
