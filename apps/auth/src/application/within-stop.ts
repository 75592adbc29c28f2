import { setTimeout as sleep } from 'node:timers/promises';

/** Less than a stop may take as a whole. */
const longestMs = 15_000;

/** Waits for work that a stop should not break off, but no longer than a stop has time. */
export async function withinStop(work: Promise<unknown>): Promise<void> {
  const done = new AbortController();
  await Promise.race([work, sleep(longestMs, undefined, { signal: done.signal }).catch(() => undefined)]);
  done.abort();
}
