import type { BudgetSnapshot } from '@firmbridge/rate-limit';
import type { WaitingCalls } from './waiting-calls.js';

export interface BudgetLevel {
  readonly seconds: number;
  readonly limit: number;
  readonly available: number;
}

/** How long so many calls will take when nothing else is made: what is free now, then a windowful each window. */
export function secondsFor(calls: number, levels: readonly BudgetLevel[]): number {
  return Math.max(
    0,
    ...levels.map(({ seconds, limit, available }) => (Math.max(0, calls - available) / limit) * seconds),
  );
}

/** Until the calls that wait for a budget are made, its pause included; 0 when none wait. */
export function secondsUntilDone(waiting: WaitingCalls, { windows, pausedUntil }: BudgetSnapshot, now: Date): number {
  const calls = Object.values(waiting).reduce((sum, count) => sum + count, 0);
  const pauseSeconds = pausedUntil ? Math.max(0, (pausedUntil.getTime() - now.getTime()) / 1000) : 0;
  return calls === 0 ? 0 : pauseSeconds + secondsFor(calls, windows);
}
