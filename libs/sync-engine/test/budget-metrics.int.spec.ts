import { PostgresBudgetStore, type BudgetPolicy } from '@firmbridge/rate-limit';
import { BudgetMetrics, budgetKeyOf, budgetWindow } from '@firmbridge/sync-engine';
import { Registry } from 'prom-client';
import { EngineHarness, OnePage } from './engine-harness.js';

const rules = [budgetWindow(60, 50, { usual: 50 })];
const policy: BudgetPolicy = { windows: [{ seconds: 60, limit: 50 }] };

let engine: EngineHarness;
let store: PostgresBudgetStore;
beforeAll(async () => {
  engine = await EngineHarness.start();
  store = new PostgresBudgetStore(engine.database);
});
afterAll(() => engine?.stop());

const nothingTold = { windows: [], pauseMs: null };

const budgetOf = (connectionId: string) => ({
  tenantId: engine.tenantId,
  key: budgetKeyOf('clio', connectionId),
  policy,
});

async function spend(connectionId: string, calls: number): Promise<void> {
  for (let left = calls; left > 0;) {
    const request = { ...budgetOf(connectionId), lane: 'interactive' as const, wanted: left };
    const { granted, grant } = await store.reserve(request);
    if (granted === 0) throw new Error('The budget did not grant what this test spends.');
    for (let call = 0; call < granted; call += 1)
      await store.observe(budgetOf(connectionId), { grant, isAnswered: true, ...nothingTold });
    left -= granted;
  }
}

/** The metrics as Prometheus reads them. */
async function scrape(): Promise<Map<string, number>> {
  const registry = new Registry();
  new BudgetMetrics(registry, engine.database, { provider: 'clio', rules, clock: () => new Date() });
  const lines = (await registry.metrics()).split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return new Map(
    lines.map((line) => [line.slice(0, line.lastIndexOf(' ')), Number(line.slice(line.lastIndexOf(' ')))]),
  );
}

it('tells how the budgets of all accounts are used, and how long what waits will take', async () => {
  const [free, usedUp, paused] = [await engine.aConnection(), await engine.aConnection(), await engine.aConnection()];
  await spend(free, 10);
  await spend(usedUp, 49);
  await store.observe(budgetOf(paused), { grant: null, isAnswered: true, ...nothingTold, pauseMs: 60_000 });
  // A stopped account is nobody's any more.
  await engine.aConnection('disconnected');
  await engine.aRun(new OnePage(), { connectionId: usedUp, resources: ['users', 'contacts'] });

  const metrics = await scrape();

  expect(metrics.get('firmbridge_budget_connections{state="free"}')).toBe(1);
  expect(metrics.get('firmbridge_budget_connections{state="used_up"}')).toBe(1);
  expect(metrics.get('firmbridge_budget_connections{state="paused"}')).toBe(1);
  expect(metrics.get('firmbridge_budget_highest_use_ratio{window_seconds="60"}')).toBeCloseTo(0.98, 2);
  expect(metrics.get('firmbridge_budget_waiting_calls{lane="initial"}')).toBe(2);
  expect(metrics.get('firmbridge_budget_waiting_calls{lane="interactive"}')).toBe(0);
  // Two calls at 50 a minute when nothing is left of this minute.
  expect(metrics.get('firmbridge_budget_forecast_seconds')).toBeCloseTo(2.4, 1);
});
