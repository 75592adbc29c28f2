import type { Lane } from '@firmbridge/contracts';

/** How a lane may spend a window. */
export interface LaneRule {
  /** Part of the window that it leaves to more urgent lanes. */
  readonly reserve: number;
  /** Whether its calls are spread over the window once its burst is spent. */
  readonly isPaced: boolean;
}

/** Work in the background is spread, so that somebody urgent never waits long for a call to leave the window. */
export const laneRules: Readonly<Record<Lane, LaneRule>> = {
  interactive: { reserve: 0, isPaced: false },
  webhook: { reserve: 0.01, isPaced: false },
  incremental: { reserve: 0.02, isPaced: true },
  initial: { reserve: 0.02, isPaced: true },
  sweep: { reserve: 0.03, isPaced: true },
};

/** One call of every window is never used: what else may be wrong has that much room. */
export function usableOf(limit: number): number {
  return Math.max(limit - 1, 1);
}

export interface WindowUse {
  readonly seconds: number;
  readonly limit: number;
  /** Calls that count at this moment, those under way included. */
  readonly used: number;
  readonly sinceLastGrantMs: number;
  readonly burstShare: number;
}

export interface Room {
  /** Calls that fit now. */
  readonly calls: number;
  /** How many calls must leave the window before one fits; 0 when only the pace is in the way. */
  readonly missing: number;
  /** Time until the pace allows one. */
  readonly paceMs: number;
}

/** A little faster than even, so that the window is full before its first calls leave it. */
export const paceFactor = 0.9;

export function roomOf({ seconds, limit, used, sinceLastGrantMs, burstShare }: WindowUse, rule: LaneRule): Room {
  const usable = usableOf(limit);
  const reserved = Math.min(Math.round(rule.reserve * usable), usable - 1);
  const free = usable - reserved - used;
  const missing = Math.max(0, 1 - free);
  const burst = Math.max(1, Math.floor(burstShare * usable));
  if (!rule.isPaced || used < burst) {
    return { calls: Math.max(0, rule.isPaced ? Math.min(free, burst - used) : free), missing, paceMs: 0 };
  }
  const apartMs = (paceFactor * seconds * 1000) / usable;
  const paceMs = Math.max(0, apartMs - sinceLastGrantMs);
  return { calls: paceMs > 0 ? 0 : Math.max(0, Math.min(1, free)), missing, paceMs };
}
