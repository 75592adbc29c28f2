import { refreshMoments, type RefreshMoment } from './auth-protocol.js';

/** What became of one connection whose refresh was cut off. */
export interface RefreshEnd {
  readonly moment: RefreshMoment;
  /** False when the process could not be ended at its moment. */
  readonly isKilled: boolean;
  /** Whether the provider had given tokens that died with the process. */
  readonly isUsed: 'yes' | 'no' | 'perhaps';
  readonly became: 'served' | 'reauthorization_required' | 'lost';
  /** Calls of the token endpoint from the kill until that was known. */
  readonly callsToSettle: number;
  /** Calls after that, although nobody had a reason. */
  readonly callsAfterwards: number;
}

/** The one that was cut off, and each way there is to renew: the token, the one before, and the provider's own. */
const mostCalls = 4;

/** What is wrong with an end, as a sentence; null when it is as promised. */
export function judgeEnd(end: RefreshEnd, isOldTokenHonoured: boolean): string | null {
  if (!end.isKilled) return 'no process died there.';
  if (isLooping(end)) return `the token endpoint was called ${end.callsToSettle} and ${end.callsAfterwards} times.`;
  return isLost(end, isOldTokenHonoured) ? `the connection became ${end.became}.` : null;
}

function isLooping({ callsToSettle, callsAfterwards }: RefreshEnd): boolean {
  return callsToSettle > mostCalls || callsAfterwards > 0;
}

/** Where the old token is dead, a person is asked for; in all other cases nobody may be. */
function isLost({ became, isUsed }: RefreshEnd, isOldTokenHonoured: boolean): boolean {
  if (isOldTokenHonoured || isUsed === 'no') return became !== 'served';
  return isUsed === 'yes' ? became !== 'reauthorization_required' : became === 'lost';
}

export interface EndCounts {
  readonly kills: number;
  readonly killsNotDone: number;
  readonly fewestKillsAtAPoint: number;
  readonly lost: number;
  readonly reauthorizationRequired: number;
  readonly loops: number;
}

export function endsOf(ends: readonly RefreshEnd[], isOldTokenHonoured: boolean): EndCounts {
  const killed = ends.filter(({ isKilled }) => isKilled);
  const atPoint = refreshMoments.map((moment) => killed.filter((end) => end.moment === moment).length);
  return {
    kills: killed.length,
    killsNotDone: ends.length - killed.length,
    fewestKillsAtAPoint: Math.min(...atPoint),
    lost: ends.filter((end) => isLost(end, isOldTokenHonoured)).length,
    reauthorizationRequired: ends.filter(({ became }) => became === 'reauthorization_required').length,
    loops: ends.filter(isLooping).length,
  };
}
