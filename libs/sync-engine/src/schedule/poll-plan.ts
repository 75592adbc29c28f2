import type { SyncedResource } from '../adapter.js';

/** Polling may spend this share of a budget, over all resources of a connection together. */
const pollingShare = 0.3;
/** What the provider tells by webhook is polled so much more rarely: for what webhooks may have missed. */
const safetyNet = 20;
/** A poll comes up to this much later than planned, so that connections and resources do not all come at once. */
export const jitter = 0.1;

export interface PollWish {
  /** Between two polls of a resource with `pollEvery` 1, where the budget allows it. */
  readonly wantedSeconds: number;
  readonly callsPerMinute: number | null;
  /** Resources of which webhooks arrive. */
  readonly pushed: ReadonlySet<string>;
}

export interface PollPlan {
  /** A connection is polled no more often than this. */
  readonly unitSeconds: number;
  /** Between two polls of each resource, if a poll takes one call. */
  readonly everySeconds: ReadonlyMap<string, number>;
}

type Polled = Pick<SyncedResource, 'name' | 'pollEvery'>;

/**
 * How often each resource is polled: as often as wished, and in the same proportions more rarely where that would take more than
 * polling's share of the budget.
 */
export function pollPlan(resources: readonly Polled[], { wantedSeconds, callsPerMinute, pushed }: PollWish): PollPlan {
  const everyUnits = resources.map(
    ({ name, pollEvery }) => [name, pushed.has(name) ? Math.max(pollEvery, safetyNet) : pollEvery] as const,
  );
  const callsPerUnit = everyUnits.reduce((sum, [, every]) => sum + 1 / every, 0);
  const affordable = callsPerMinute === null ? 0 : Math.ceil((callsPerUnit / (callsPerMinute * pollingShare)) * 60);
  const unitSeconds = Math.max(wantedSeconds, affordable);
  return { unitSeconds, everySeconds: new Map(everyUnits.map(([name, every]) => [name, every * unitSeconds])) };
}

/** A resource that is read whole each time costs a call a page, so it is polled that much more rarely. */
export function pollIntervalSeconds(
  everySeconds: number,
  { incremental, pages }: { incremental: boolean; pages: number },
): number {
  return incremental ? everySeconds : everySeconds * Math.max(1, pages);
}

/** How old what is known of a resource may become at worst: it waits for its turn, and for that of its connection. */
export function worstAgeSeconds(intervalSeconds: number, unitSeconds: number): number {
  return Math.ceil(intervalSeconds + unitSeconds + (intervalSeconds + unitSeconds) * jitter);
}
