import type { Check } from './verdict.js';

/** What one part of a fault run has seen. */
export interface PartFindings {
  readonly figures: Readonly<Record<string, number | string>>;
  readonly checks: readonly Check[];
}
