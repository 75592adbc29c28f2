import { lanes, type Cause, type Lane, type RunMode } from '@firmbridge/contracts';

/** The priority class of a run's calls. */
export const laneOfMode: Record<RunMode, Lane> = {
  initial: 'initial',
  incremental: 'incremental',
  webhook: 'webhook',
  manual: 'interactive',
};

export const causeOfMode: Record<RunMode, Cause> = {
  initial: 'initial',
  incremental: 'poll',
  webhook: 'webhook',
  manual: 'manual',
};

/** Bulk goes its own way through mapping, so that it never delays a live change. */
export const mappingLaneOfMode: Record<RunMode, 'live' | 'backfill'> = {
  initial: 'backfill',
  incremental: 'live',
  webhook: 'live',
  manual: 'live',
};

export function rankOf(lane: Lane): number {
  return lanes.indexOf(lane);
}
