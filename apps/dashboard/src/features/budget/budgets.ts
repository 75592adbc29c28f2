import { changeBudget, getBudget, type ConnectionBudget } from '@firmbridge/api-client';
import { answerOf } from '../../api/problem.js';
import { RemoteValue } from '../../api/remote-value.js';

export type BudgetWindow = ConnectionBudget['windows'][number];

const budgets = new Map<string, RemoteValue<ConnectionBudget>>();

export function budgetOf(connectionId: string): RemoteValue<ConnectionBudget> {
  const known = budgets.get(connectionId);
  if (known) return known;
  const budget = new RemoteValue<ConnectionBudget>(() => answerOf(getBudget({ path: { connectionId } })), 5_000);
  budgets.set(connectionId, budget);
  return budget;
}

export async function setWindow({ connectionId, windows }: ConnectionBudget, changed: BudgetWindow): Promise<void> {
  const wanted = windows.map((window) => (window.seconds === changed.seconds ? changed : window));
  const settings = wanted.map(({ seconds, limit, enabled }) => ({ seconds, limit, enabled }));
  await answerOf(changeBudget({ path: { connectionId }, body: { windows: settings } }));
  await budgetOf(connectionId).refresh();
}

const lengths: Readonly<Record<number, string>> = { 10: '10 seconds', 60: 'minute', 3_600: 'hour', 86_400: 'day' };

export function windowName(seconds: number): string {
  return lengths[seconds] ?? `${seconds} seconds`;
}

/** What a person needs to know beside the gauges, in one sentence. */
export function budgetSentence({ isObserved, pausedUntil, waiting, doneAt }: ConnectionBudget, now: Date): string {
  const calls = Object.values(waiting).reduce((sum, count) => sum + count, 0);
  const work = calls === 1 ? '1 call waits' : `${calls.toLocaleString('en')} calls wait`;
  if (pausedUntil !== null) return `Paused by the provider for ${duration(pausedUntil, now)}; ${work}.`;
  if (calls === 0) return isObserved ? 'Nothing waits.' : 'No call has been answered yet.';
  return `${work}; done in about ${duration(doneAt ?? now.toISOString(), now)} at this pace.`;
}

function duration(until: string, now: Date): string {
  const seconds = Math.max(0, Math.ceil((Date.parse(until) - now.getTime()) / 1000));
  if (seconds < 90) return `${seconds} s`;
  if (seconds < 5_400) return `${Math.round(seconds / 60)} min`;
  return `${(seconds / 3_600).toFixed(1)} h`;
}
