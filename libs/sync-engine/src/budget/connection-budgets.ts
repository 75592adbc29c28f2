import { AppError, type ConnectionBudget, type Provider } from '@firmbridge/contracts';
import type { Database } from '@firmbridge/database';
import { type BudgetSnapshot, type BudgetStore, callsPerMinute } from '@firmbridge/rate-limit';
import { policyOf, type BudgetRules, type BudgetWindowSetting } from './budget-rules.js';
import { secondsUntilDone } from './forecast.js';
import { waitingCalls } from './waiting-calls.js';

export interface ConnectionBudgetsOptions {
  readonly provider: Provider;
  readonly database: Database;
  readonly store: BudgetStore;
  readonly rules: BudgetRules;
  readonly clock: () => Date;
}

interface BudgetOf {
  readonly tenantId: string;
  readonly connectionId: string;
}

/** The budgets of one provider's connections: what they are, and what a person changes about them. */
export class ConnectionBudgets {
  constructor(private readonly options: ConnectionBudgetsOptions) {}

  async find(of: BudgetOf): Promise<ConnectionBudget> {
    const { provider, database, store, rules } = this.options;
    const { own, waiting } = await database.inTenant(of.tenantId, async (tx) => {
      const [row] = await tx.query<{ budget: readonly BudgetWindowSetting[] | null }>(
        'select budget from connection where tenant_id = (select this_tenant()) and connection_id = $1',
        [of.connectionId],
      );
      if (!row) throw unknown(of);
      return { own: row.budget, waiting: await waitingCalls(tx, of.connectionId) };
    });
    const policy = policyOf(own, rules);
    const key = budgetKeyOf(provider, of.connectionId);
    return this.view(of, {
      own,
      waiting,
      policy,
      snapshot: await store.snapshot({ tenantId: of.tenantId, key, policy }),
    });
  }

  /** Null brings the usual settings back. */
  async change(of: BudgetOf, windows: readonly BudgetWindowSetting[] | null): Promise<ConnectionBudget> {
    if (windows !== null) refuseBadWindows(windows, this.options.rules);
    const sorted = windows && [...windows].sort((one, other) => one.seconds - other.seconds);
    const rows = await this.options.database.inTenant(of.tenantId, (tx) =>
      tx.query(
        `update connection set budget = $2::jsonb
         where tenant_id = (select this_tenant()) and connection_id = $1 returning connection_id`,
        [of.connectionId, sorted && JSON.stringify(sorted)],
      ),
    );
    if (rows.length === 0) throw unknown(of);
    return this.find(of);
  }

  private view({ connectionId }: BudgetOf, facts: BudgetFacts): ConnectionBudget {
    const { own, waiting, policy, snapshot } = facts;
    const now = this.options.clock();
    const seconds = secondsUntilDone(waiting, snapshot, now);
    const isIdle = Object.values(waiting).every((calls) => calls === 0);
    return {
      connectionId,
      hasOwnSettings: own !== null,
      windows: this.options.rules.map((rule) =>
        windowView({ ...rule, ...own?.find((one) => one.seconds === rule.seconds) }, snapshot),
      ),
      inFlight: snapshot.inFlight,
      isObserved: snapshot.isObserved,
      pausedUntil: snapshot.pausedUntil?.toISOString() ?? null,
      waiting,
      doneAt: isIdle ? null : new Date(now.getTime() + seconds * 1000).toISOString(),
      callsPerMinute: callsPerMinute({ windows: snapshot.windows.length > 0 ? snapshot.windows : policy.windows }),
    };
  }
}

interface BudgetFacts {
  readonly own: readonly BudgetWindowSetting[] | null;
  readonly waiting: ConnectionBudget['waiting'];
  readonly policy: ReturnType<typeof policyOf>;
  readonly snapshot: BudgetSnapshot;
}

/** The name under which a connection's budget is kept; whoever calls for the connection spends from it. */
export function budgetKeyOf(provider: Provider, connectionId: string): string {
  return `${provider}/${connectionId}`;
}

function windowView(rule: BudgetRules[number], snapshot: BudgetSnapshot): ConnectionBudget['windows'][number] {
  const level = snapshot.windows.find((window) => window.seconds === rule.seconds);
  return {
    ...rule,
    effectiveLimit: level?.limit ?? null,
    used: level?.used ?? 0,
    available: level?.available ?? null,
  };
}

function refuseBadWindows(windows: readonly BudgetWindowSetting[], rules: BudgetRules): void {
  const wanted = rules.map(({ seconds }) => seconds).sort((one, other) => one - other);
  const named = windows.map(({ seconds }) => seconds).sort((one, other) => one - other);
  if (wanted.join() !== named.join()) {
    const message = `The budget has these windows, each to be named once: ${wanted.join(' s, ')} s.`;
    throw new AppError('validation', 'budget.wrong_windows', message, { details: { wanted, named } });
  }
  for (const { seconds, limit } of windows) {
    const published = rules.find((rule) => rule.seconds === seconds)?.published ?? null;
    if (published === null || limit <= published) continue;
    const message = `The provider allows ${published} calls in ${seconds} s; more than that cannot be set.`;
    throw new AppError('validation', 'budget.above_published', message, { details: { seconds, limit, published } });
  }
}

function unknown({ connectionId }: BudgetOf): AppError {
  return new AppError('not_found', 'connection.unknown', 'There is no such connection.', { details: { connectionId } });
}
