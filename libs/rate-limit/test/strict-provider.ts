import { type BudgetRequest, MemoryBudgetStore } from '../src/index.js';
import { anObservation } from './store-suite.js';

interface Call {
  readonly grant: number;
  readonly countedAt: number;
  readonly answeredAt: number;
}

/** Hungry callers against a provider that counts without mercy when a call arrives, some time after it was granted. */
export async function callStrictProvider(
  budget: BudgetRequest,
  options: { readonly forMs: number; readonly latencyMs: () => number; readonly lane: 'initial' | 'interactive' },
): Promise<{ counted: number[] }> {
  let now = Date.parse('2026-11-18T15:00:00Z');
  const end = now + options.forMs;
  const store = new MemoryBudgetStore(() => new Date(now));
  await store.observe(budget, anObservation());
  const counted: number[] = [];
  let underWay: Call[] = [];
  while (now < end) {
    const answered = underWay.filter((call) => call.answeredAt <= now);
    underWay = underWay.filter((call) => call.answeredAt > now);
    for (const { grant } of answered) await store.observe(budget, anObservation({ grant }));
    const { granted, grant } = await store.reserve({ ...budget, lane: options.lane, wanted: 6 });
    for (let call = 0; call < granted; call++) {
      const countedAt = now + options.latencyMs();
      counted.push(countedAt);
      underWay.push({ grant, countedAt, answeredAt: countedAt + options.latencyMs() });
    }
    now += 40;
  }
  return { counted: counted.sort((one, other) => one - other) };
}
