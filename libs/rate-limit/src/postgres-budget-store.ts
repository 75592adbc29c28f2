import type { Database } from '@firmbridge/database';
import { z } from 'zod';
import { type BudgetSnapshot, burstShareOf, laneReserves, ownerOf } from './budget.js';
import {
  type BudgetRequest,
  type BudgetStore,
  cautionMs,
  cautionRetryMs,
  type Reservation,
  type ReserveRequest,
  type StoreObservation,
} from './budget-store.js';

const reservationRows = z.tuple([z.object({ granted_at_ms: z.number(), wait_ms: z.number() })]);

const snapshotRows = z.tuple([
  z.object({
    windows: z.array(z.object({ seconds: z.number(), limit: z.number(), burst: z.number(), available: z.number() })),
    paused_until_ms: z.number().nullable(),
    is_observed: z.boolean().nullable(),
  }),
]);

const caution = JSON.stringify({ holdMs: cautionMs, retryMs: cautionRetryMs });

/**
 * Budgets shared by all replicas of a service. Each call is one statement in a transaction of its own, by the database's
 * clock; a token once taken stays taken whatever becomes of the caller's transaction.
 */
export class PostgresBudgetStore implements BudgetStore {
  constructor(private readonly database: Database) {}

  async reserve(request: ReserveRequest): Promise<Reservation> {
    const [row] = reservationRows.parse(
      request.policy.windows.length === 0 ? await this.readPause(request) : await this.takeToken(request),
    );
    return row.wait_ms > 0
      ? { isGranted: false, retryAfterMs: row.wait_ms }
      : { isGranted: true, at: new Date(row.granted_at_ms) };
  }

  async observe(request: BudgetRequest, observation: StoreObservation): Promise<void> {
    await this.query(request, 'select rate_budget_observe($1, $2, $3, $4, $5)', [JSON.stringify(observation)]);
  }

  async snapshot(request: BudgetRequest): Promise<BudgetSnapshot> {
    const [row] = snapshotRows.parse(await this.query(request, snapshotSql, []));
    return {
      windows: row.windows,
      pausedUntil: row.paused_until_ms === null ? null : new Date(row.paused_until_ms),
      isObserved: row.is_observed ?? false,
    };
  }

  private takeToken(request: ReserveRequest): Promise<unknown[]> {
    return this.query(request, 'select * from rate_budget_reserve($1, $2, $3, $4, $5, $6)', [
      laneReserves[request.lane],
      caution,
    ]);
  }

  /** Without a limit there is nothing to take and so nothing to lock. */
  private readPause(request: ReserveRequest): Promise<unknown[]> {
    const owner = ownerOf(request);
    return this.database.inTenant(owner, (tx) => tx.query(pauseSql, [owner, request.key]));
  }

  private query(request: BudgetRequest, sql: string, more: readonly unknown[]): Promise<unknown[]> {
    const owner = ownerOf(request);
    const windows = JSON.stringify([...request.policy.windows].sort((a, b) => a.seconds - b.seconds));
    return this.database.inTenant(owner, (tx) =>
      tx.query(sql, [owner, request.key, windows, burstShareOf(request.policy), ...more]),
    );
  }
}

const pauseSql = `
  select extract(epoch from clock_timestamp())::double precision * 1000 as granted_at_ms,
         greatest(0, extract(epoch from max(paused_until) - clock_timestamp())::double precision * 1000) as wait_ms
    from rate_budget where tenant_id = $1 and budget_key = $2 and window_seconds = 0`;

const snapshotSql = `
  select (select coalesce(jsonb_agg(jsonb_build_object('seconds', l.seconds, 'limit', l.effective_limit,
                   'burst', l.burst, 'available', l.burst - l.spent)), '[]')
            from rate_budget_level($1, $2, $3, $4, clock_timestamp()) l) as windows,
         (select extract(epoch from k.paused_until)::double precision * 1000 from rate_budget k
           where k.tenant_id = $1 and k.budget_key = $2 and k.window_seconds = 0
             and k.paused_until > clock_timestamp()) as paused_until_ms,
         (select k.observed_at is not null from rate_budget k
           where k.tenant_id = $1 and k.budget_key = $2 and k.window_seconds = 0) as is_observed`;
