import type { Evidence } from './evidence.js';
import { householdLimit, prior } from './weights.js';

/** From which probability contacts are linked without asking, and from which a person is asked. */
export interface Thresholds {
  readonly auto: number;
  readonly review: number;
}

export const defaultThresholds: Thresholds = { auto: 0.99, review: 0.7 };

export interface Judgement {
  readonly verdict: 'same' | 'ask' | 'different';
  /** That both are the same contact. */
  readonly probability: number;
  /** The same as a sum of weights, which tells apart what is certain either way. */
  readonly bits: number;
  readonly evidence: readonly Evidence[];
}

/**
 * What the evidence comes to. Whatever the sum, a person is asked where something contradicts, or where nothing but names and what
 * several people may have in common speaks for it.
 */
export function judge(evidence: readonly Evidence[], { auto, review }: Thresholds): Judgement {
  const bits = bitsFor(evidence);
  const probability = 1 / (1 + 2 ** -bits);
  const isCertain = probability >= auto && mayDecide(evidence);
  const verdict = isCertain ? 'same' : probability >= review ? 'ask' : 'different';
  return { verdict, probability, bits, evidence };
}

function mayDecide(evidence: readonly Evidence[]): boolean {
  const isDoubted = evidence.some(({ doubts }) => doubts === true);
  const isDecided = evidence.some(({ decides }) => decides === 'always' || (decides === 'undoubted' && !isDoubted));
  return isDecided && !evidence.some(({ contradicts }) => contradicts === true);
}

function bitsFor(evidence: readonly Evidence[]): number {
  const common = sum(evidence.filter(({ household, bits }) => household === true && bits > 0));
  const rest = sum(evidence.filter(({ household, bits }) => household !== true || bits <= 0));
  return Math.log2(prior / (1 - prior)) + Math.min(common, householdLimit) + rest;
}

const sum = (evidence: readonly Evidence[]) => evidence.reduce((total, { bits }) => total + bits, 0);
