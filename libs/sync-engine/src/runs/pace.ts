import type { BudgetWindow } from '@firmbridge/rate-limit';

export interface ResourceCounts {
  readonly state: string;
  readonly pages: number;
  readonly records: number;
  readonly expected: number | null;
  readonly pageSize: number;
}

/** The pages a resource still has to fetch; null when nobody can know. What is over or fetched has none. */
export function pagesLeftOf({ state, pages, records, expected, pageSize }: ResourceCounts): number | null {
  if (state !== 'waiting' && state !== 'fetching') return 0;
  if (expected !== null) return Math.max(1, Math.ceil((expected - records) / pageSize));
  return pages === 0 ? 1 : null;
}

/** Whole percents of what the provider counts; 100 only when the resource is over. */
export function percentOfResource({ state, records, expected }: ResourceCounts): number | null {
  if (state === 'completed') return 100;
  if (expected === null) return null;
  return expected === 0 ? 0 : Math.min(99, Math.floor((records / expected) * 100));
}

/** Whole percents of the pages of a run, each of which is a call; 100 only when all resources are over. */
export function percentOfRun(resources: readonly ResourceCounts[]): number | null {
  const left = sumOfPagesLeft(resources);
  if (left === null) return null;
  const isOver = resources.every(({ state }) => state === 'completed' || state === 'failed' || state === 'cancelled');
  if (isOver) return 100;
  const done = resources.reduce((sum, { pages }) => sum + pages, 0);
  return done === 0 ? 0 : Math.min(99, Math.floor((done / (done + left)) * 100));
}

export interface Pace {
  readonly pagesLeft: number | null;
  /** Pages read since the run began or was resumed, and the time that took. */
  readonly pagesRead: number;
  readonly secondsSpent: number;
  readonly windows: readonly BudgetWindow[];
}

/**
 * Seconds until the last page is read: at the pace so far, but no faster than the budget allows. A window lets its limit pass at
 * once and the rest in its own time, so a short run is not judged by the budget of an hour. Null when nothing can be said.
 */
export function secondsLeft({ pagesLeft, pagesRead, secondsSpent, windows }: Pace): number | null {
  if (pagesLeft === null) return null;
  const atPace = pagesRead === 0 ? null : (pagesLeft * secondsSpent) / pagesRead;
  if (atPace === null && windows.length === 0) return null;
  const byBudget = windows.map(({ limit, seconds }) => ((pagesLeft - limit) * seconds) / limit);
  return Math.ceil(Math.max(1, atPace ?? 0, ...byBudget));
}

export function sumOfPagesLeft(resources: readonly ResourceCounts[]): number | null {
  return resources.reduce<number | null>((sum, resource) => {
    const left = pagesLeftOf(resource);
    return sum === null || left === null ? null : sum + left;
  }, 0);
}
