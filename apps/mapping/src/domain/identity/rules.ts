import { compare } from './evidence.js';
import type { Compare } from './assignment.js';

/** How contacts are compared; a benchmark breaks it on purpose to see whether its checks notice. */
export class MatchingRules {
  constructor(readonly compare: Compare) {}
}

export const platformRules = new MatchingRules(compare);
