import { lanes, type Cause, type Lane, type RunMode } from '@firmbridge/contracts';

/** The priority class of a run's calls. */
export const laneOfMode: Record<RunMode, Lane> = {
  initial: 'initial',
  incremental: 'incremental',
  webhook: 'webhook',
  manual: 'interactive',
  renormalize: 'sweep',
  sweep: 'sweep',
};

export const causeOfMode: Record<RunMode, Cause> = {
  initial: 'initial',
  incremental: 'poll',
  webhook: 'webhook',
  manual: 'manual',
  renormalize: 'renormalized',
  sweep: 'poll',
};

/** Bulk goes its own way through mapping, so that it never delays a live change. */
export const mappingLaneOfMode: Record<RunMode, 'live' | 'backfill'> = {
  initial: 'backfill',
  incremental: 'live',
  webhook: 'live',
  manual: 'live',
  renormalize: 'backfill',
  sweep: 'live',
};

/**
 * The first reading of a resource is bulk whatever the run is for: after a new or a cancelled first sync an incremental run, or
 * one that a person asks for, may meet a million records.
 */
export function lanesOf(mode: RunMode): { readonly usual: Lane; readonly first: Lane } {
  const usual = laneOfMode[mode];
  return { usual, first: mode === 'incremental' || mode === 'manual' ? 'initial' : usual };
}

export function mappingLaneOf(mode: RunMode, lane: Lane): 'live' | 'backfill' {
  return lane === 'initial' ? 'backfill' : mappingLaneOfMode[mode];
}

/** Where a run finds its pages. Stored records cost no call, so they wait neither for budgets nor behind pages that do. */
export type PageSource = 'provider' | 'store';

export function rankOf(lane: Lane): number {
  return lanes.indexOf(lane);
}
