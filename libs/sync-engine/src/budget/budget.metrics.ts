import type { Provider } from '@firmbridge/contracts';
import type { Database } from '@firmbridge/database';
import { PostgresBudgetStore } from '@firmbridge/rate-limit';
import { MetricLook } from '@firmbridge/service';
import { Gauge, type Registry } from 'prom-client';
import type { BudgetRules } from './budget-rules.js';
import { measureBudgets, noBudgets, type BudgetTotals } from './measure-budgets.js';

/** How the providers' budgets are used, over all connected accounts: an account is no label, there may be thousands. */
export class BudgetMetrics {
  constructor(registry: Registry, database: Database, { provider, rules, clock }: Options) {
    const store = new PostgresBudgetStore(database);
    const totals = new MetricLook(noBudgets, () => measureBudgets({ provider, rules, now: clock() }, database, store));
    const gauge = (facts: Facts, read: Read) =>
      new Gauge({
        ...facts,
        name: `firmbridge_budget_${facts.name}`,
        registers: [registry],
        async collect() {
          this.reset();
          read(await totals.read(), (value, labels = {}) => this.set(labels, value));
        },
      });
    gauge(
      { name: 'connections', help: 'Connected accounts by what their budget allows now', labelNames: ['state'] },
      ({ connections }, tell) => {
        for (const [state, count] of Object.entries(connections)) tell(count, { state });
      },
    );
    gauge(
      {
        name: 'highest_use_ratio',
        help: 'Share of the window that is used, of the account that uses most of it',
        labelNames: ['window_seconds'],
      },
      ({ highestUse }, tell) => {
        for (const [seconds, share] of highestUse) tell(share, { window_seconds: String(seconds) });
      },
    );
    gauge(
      { name: 'waiting_calls', help: 'Calls still to be made by runs and writes', labelNames: ['lane'] },
      ({ waiting }, tell) => {
        for (const [lane, calls] of Object.entries(waiting)) tell(calls, { lane });
      },
    );
    gauge(
      { name: 'forecast_seconds', help: 'Until the waiting calls are made, of the account that takes longest' },
      ({ forecastSeconds }, tell) => tell(forecastSeconds),
    );
  }
}

interface Options {
  readonly provider: Provider;
  readonly rules: BudgetRules;
  readonly clock: () => Date;
}

interface Facts {
  readonly name: string;
  readonly help: string;
  readonly labelNames?: string[];
}

type Read = (totals: BudgetTotals, tell: (value: number, labels?: Readonly<Record<string, string>>) => void) => void;
