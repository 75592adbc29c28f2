import { lanes, type Provider } from '@firmbridge/contracts';
import type { Database } from '@firmbridge/database';
import type { BudgetSnapshot, PostgresBudgetStore } from '@firmbridge/rate-limit';
import { policyOf, type BudgetRules, type BudgetWindowSetting } from './budget-rules.js';
import { budgetKeyOf } from './connection-budgets.js';
import { secondsUntilDone } from './forecast.js';
import { nothingWaits, waitingCallsOfAll, type WaitingCalls } from './waiting-calls.js';

export type BudgetState = 'free' | 'used_up' | 'paused';

/** Where the budgets of all connected accounts stand. Accounts have no figures of their own here: those are in the API. */
export interface BudgetTotals {
  readonly connections: Readonly<Record<BudgetState, number>>;
  /** By the length of the window in seconds: the share that is used of the budget that is used most, 0 to 1. */
  readonly highestUse: ReadonlyMap<number, number>;
  readonly waiting: Readonly<WaitingCalls>;
  /** Until the calls that wait are made, of the account that takes longest. */
  readonly forecastSeconds: number;
}

export const noBudgets: BudgetTotals = {
  connections: { free: 0, used_up: 0, paused: 0 },
  highestUse: new Map(),
  waiting: nothingWaits(),
  forecastSeconds: 0,
};

export async function measureBudgets(
  { provider, rules, now }: { provider: Provider; rules: BudgetRules; now: Date },
  database: Database,
  store: Pick<PostgresBudgetStore, 'snapshots'>,
): Promise<BudgetTotals> {
  const { connections, waiting } = await database.acrossTenants(async (tx) => ({
    connections: await tx.query<ConnectionRow>(
      `select tenant_id as "tenantId", connection_id as "connectionId", budget from connection where status = 'active'`,
    ),
    waiting: await waitingCallsOfAll(tx),
  }));
  const snapshots = await store.snapshots(
    connections.map(({ tenantId, connectionId, budget }) => ({
      tenantId,
      key: budgetKeyOf(provider, connectionId),
      policy: policyOf(budget, rules),
    })),
  );
  const budgets = connections.map(({ connectionId }, index) => ({
    snapshot: snapshots[index] ?? idle,
    waiting: waiting.get(connectionId) ?? nothingWaits(),
  }));
  return {
    connections: statesOf(budgets.map(({ snapshot }) => snapshot)),
    highestUse: highestUseOf(budgets.map(({ snapshot }) => snapshot)),
    waiting: sumOf(budgets.map((budget) => budget.waiting)),
    forecastSeconds: Math.max(
      0,
      ...budgets.map(({ waiting: calls, snapshot }) => secondsUntilDone(calls, snapshot, now)),
    ),
  };
}

interface ConnectionRow {
  readonly tenantId: string;
  readonly connectionId: string;
  readonly budget: readonly BudgetWindowSetting[] | null;
}

const idle: BudgetSnapshot = { windows: [], inFlight: 0, pausedUntil: null, isObserved: false };

function statesOf(snapshots: readonly BudgetSnapshot[]): BudgetTotals['connections'] {
  const counts = { free: 0, used_up: 0, paused: 0 };
  for (const { windows, pausedUntil } of snapshots) {
    if (pausedUntil) counts.paused += 1;
    else if (windows.some(({ available }) => available === 0)) counts.used_up += 1;
    else counts.free += 1;
  }
  return counts;
}

function highestUseOf(snapshots: readonly BudgetSnapshot[]): ReadonlyMap<number, number> {
  const highest = new Map<number, number>();
  for (const { seconds, used, limit } of snapshots.flatMap(({ windows }) => windows))
    highest.set(seconds, Math.max(highest.get(seconds) ?? 0, used / limit));
  return highest;
}

function sumOf(all: readonly WaitingCalls[]): WaitingCalls {
  const sum = nothingWaits();
  for (const waiting of all) for (const lane of lanes) sum[lane] += waiting[lane];
  return sum;
}
