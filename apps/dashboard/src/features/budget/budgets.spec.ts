import type { ConnectionBudget } from '@firmbridge/api-client';
import { budgetSentence } from './budgets.js';

const now = new Date('2026-11-18T15:00:00Z');
const idle: ConnectionBudget = {
  connectionId: '0b0c3a52-8a53-4d0c-9d3f-0c8f0f7a1d01',
  hasOwnSettings: false,
  windows: [],
  inFlight: 0,
  isObserved: true,
  pausedUntil: null,
  waiting: { interactive: 0, webhook: 0, incremental: 0, initial: 0, sweep: 0 },
  doneAt: null,
  callsPerMinute: null,
};
const busy = { ...idle, waiting: { ...idle.waiting, webhook: 2, initial: 1_298 }, doneAt: '2026-11-18T15:20:00Z' };

it.each([
  [idle, 'Nothing waits.'],
  [{ ...idle, isObserved: false }, 'No call has been answered yet.'],
  [busy, '1,300 calls wait; done in about 20 min at this pace.'],
  [{ ...busy, pausedUntil: '2026-11-18T15:00:31Z' }, 'Paused by the provider for 31 s; 1,300 calls wait.'],
])('says what there is to know of a budget', (budget, sentence) => {
  expect(budgetSentence(budget, now)).toBe(sentence);
});
