import type { Victim } from './installation.js';
import type { PlannedKill } from './story.js';

const from = 0.2;
const to = 0.9;

/** The same numbers for the same seed, each in [0, 1). */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x9e3779b9) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 16), 0x21f0aaad);
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97);
    return ((mixed ^ (mixed >>> 15)) >>> 0) / 4_294_967_296;
  };
}

/** One moment for each victim, spread over the middle of a sync: each falls at random into a stretch of its own. */
export function planKills(victims: readonly Victim[], random: () => number): PlannedKill[] {
  const stretch = (to - from) / Math.max(1, victims.length);
  return victims.map((victim, index) => ({ victim, at: from + stretch * (index + random()) }));
}
