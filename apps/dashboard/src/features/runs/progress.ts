import type { ResourceProgress, Run } from '@firmbridge/api-client';

export function isOver({ state }: ResourceProgress): boolean {
  return state === 'completed' || state === 'failed' || state === 'cancelled';
}

/** The share of a resource's work that reading is; the rest is applying what was read. */
const readingShare = 0.9;

/** From 0 to 1. Without the provider's own count each further page brings it nearer to the end of reading. */
export function fractionOf(progress: ResourceProgress): number {
  const { state, records, expected, pages, applied, changed } = progress;
  if (isOver(progress)) return 1;
  if (state === 'waiting') return 0;
  const read = expected !== null && expected > 0 ? Math.min(1, records / expected) : pages / (pages + 3);
  const taken = changed === 0 ? 0 : Math.min(1, applied / changed);
  return state === 'applying'
    ? Math.min(0.99, readingShare + (1 - readingShare) * taken)
    : Math.min(0.99, readingShare * read);
}

/** A provider's page; calls are what takes time, because their number per minute is limited. */
const recordsPerCall = 200;

function expectedCalls(progress: ResourceProgress): number {
  const { expected, records, pages } = progress;
  if (isOver(progress) || expected === null) return Math.max(1, pages);
  return Math.max(1, Math.ceil(Math.max(expected, records) / recordsPerCall));
}

/** Whole percents of the calls a run will need; 100 only when the run is over. A guess where the provider gives no counts. */
export function percentOf({ resources, finishedAt, percent }: Run): number {
  if (finishedAt !== null) return 100;
  if (percent !== null) return percent;
  const needed = resources.reduce((sum, progress) => sum + expectedCalls(progress), 0);
  const made = resources.reduce((sum, progress) => sum + expectedCalls(progress) * fractionOf(progress), 0);
  return needed === 0 ? 0 : Math.min(99, Math.floor((made / needed) * 100));
}

export interface Totals {
  readonly records: number;
  readonly events: number;
  readonly calls: number;
  readonly rejected: number;
  readonly over: number;
  readonly failed: number;
}

export function totalsOf({ resources }: Run): Totals {
  const sum = (pick: (progress: ResourceProgress) => number) =>
    resources.reduce((total, resource) => total + pick(resource), 0);
  return {
    records: sum(({ records }) => records),
    events: sum(({ events }) => events),
    calls: sum(({ calls }) => calls),
    rejected: sum(({ rejected }) => rejected),
    over: resources.filter(isOver).length,
    failed: resources.filter(({ state }) => state === 'failed').length,
  };
}

/** How long the run has taken, or took. */
export function elapsedMs({ startedAt, finishedAt }: Run, now: number): number {
  const end = finishedAt === null ? now : Date.parse(finishedAt);
  return Math.max(0, end - Date.parse(startedAt));
}

/** Records per second over the whole run; null while that would say nothing. */
export function rateOf(run: Run, now: number): number | null {
  const seconds = elapsedMs(run, now) / 1000;
  return seconds < 1 ? null : totalsOf(run).records / seconds;
}
