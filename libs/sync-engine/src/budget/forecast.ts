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
