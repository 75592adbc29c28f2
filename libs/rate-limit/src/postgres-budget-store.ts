import type { Database, Tx } from '@firmbridge/database';
import { z } from 'zod';
import { type BudgetSnapshot, burstShareOf, ownerOf } from './budget.js';
import {
  type BudgetRequest,
  type BudgetStore,
  cautionRetryMs,
  longestCallMs,
  type Reservation,
  type ReserveRequest,
  type StoreObservation,
} from './budget-store.js';
import { laneRules } from './window-rules.js';

const reservationRows = z.tuple([z.object({ granted: z.number(), granted_at_ms: z.number(), wait_ms: z.number() })]);

const snapshotRows = z.array(
  z.object({
    windows: z.array(z.object({ seconds: z.number(), limit: z.number(), used: z.number(), available: z.number() })),
    in_flight: z.number(),
    paused_until_ms: z.number().nullable(),
    is_observed: z.boolean(),
  }),
);

/**
 * Budgets shared by all replicas of a service. Each call is one statement and one transaction, by the database's clock; a
 * call once granted stays granted whatever becomes of the caller's transaction.
 */
export class PostgresBudgetStore implements BudgetStore {
  constructor(private readonly database: Database) {}

  async reserve(request: ReserveRequest): Promise<Reservation> {
    const { reserve, isPaced } = laneRules[request.lane];
    const isUnlimited = request.policy.windows.length === 0;
    const [row] = reservationRows.parse(
      isUnlimited
        ? await this.readPause(request)
        : await this.database.statement('select * from rate_budget_reserve($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)', [
            ...facts(request),
            burstShareOf(request.policy),
            reserve,
            isPaced,
            request.wanted,
            longestCallMs,
            cautionRetryMs,
          ]),
    );
    return { granted: row.granted, grant: row.granted_at_ms, retryAfterMs: row.wait_ms };
  }

  async observe(request: BudgetRequest, { grant, ...seen }: StoreObservation): Promise<void> {
    const parameters = [...facts(request), grant, JSON.stringify(seen)];
    await this.database.statement('select rate_budget_answer($1, $2, $3, $4, $5, $6)', parameters);
  }

  async snapshot(request: BudgetRequest): Promise<BudgetSnapshot> {
    const [snapshot] = await this.database.inTenant(ownerOf(request), (tx) => snapshotsOf(tx, [request]));
    if (!snapshot) throw new Error('A budget has no snapshot although one was asked for.');
    return snapshot;
  }

  /** Of budgets of several tenants, in their order and one statement. */
  async snapshots(requests: readonly BudgetRequest[]): Promise<BudgetSnapshot[]> {
    return this.database.acrossTenants((tx) => snapshotsOf(tx, requests));
  }

  /** Without a limit there is nothing to take and so nothing to lock. */
  private readPause({ wanted, ...request }: ReserveRequest): Promise<unknown[]> {
    const owner = ownerOf(request);
    return this.database.inTenant(owner, (tx) => tx.query(pauseSql, [owner, request.key, wanted]));
  }
}

function facts(request: BudgetRequest): readonly unknown[] {
  const { windows } = request.policy;
  return [
    ownerOf(request),
    request.key,
    windows.map((window) => window.seconds),
    windows.map((window) => window.limit),
  ];
}

const nowMs = 'extract(epoch from clock_timestamp())::double precision * 1000';

const pauseSql = `
  select case when wait_ms > 0 then 0 else $3::int end as granted, ${nowMs} as granted_at_ms, wait_ms
    from (select greatest(0, extract(epoch from max(paused_until) - clock_timestamp())::double precision * 1000) as wait_ms
            from rate_budget where tenant_id = $1 and budget_key = $2) pause`;

const snapshotSql = `
  select (select coalesce(jsonb_agg(jsonb_build_object('seconds', l.seconds, 'limit', l.effective_limit,
                   'used', l.logged + k.under_way, 'available', greatest(0, l.usable - l.logged - k.under_way)) order by l.seconds), '[]')
            from rate_window_level(asked.tenant, asked.key, asked.seconds, asked.limits, ${nowMs}) l) as windows,
         k.under_way as in_flight,
         case when k.paused_until > clock_timestamp() then extract(epoch from k.paused_until)::double precision * 1000 end as paused_until_ms,
         k.observed_at is not null as is_observed
    from rows from (jsonb_to_recordset($1::jsonb) as (tenant uuid, key text, seconds int[], limits int[]))
           with ordinality as asked (tenant, key, seconds, limits, position)
   cross join lateral
         (select coalesce(max(cardinality(in_flight)), 0) as under_way, max(paused_until) as paused_until, max(observed_at) as observed_at
            from rate_budget where tenant_id = asked.tenant and budget_key = asked.key) k
   order by asked.position`;

async function snapshotsOf(tx: Tx, requests: readonly BudgetRequest[]): Promise<BudgetSnapshot[]> {
  const asked = requests.map((request) => {
    const [tenant, key, seconds, limits] = facts(request);
    return { tenant, key, seconds, limits };
  });
  return snapshotRows.parse(await tx.query(snapshotSql, [JSON.stringify(asked)])).map((row) => ({
    windows: row.windows,
    inFlight: row.in_flight,
    pausedUntil: row.paused_until_ms === null ? null : new Date(row.paused_until_ms),
    isObserved: row.is_observed,
  }));
}
