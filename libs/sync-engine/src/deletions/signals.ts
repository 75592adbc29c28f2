import type { DeletionEvidence, Provider } from '@firmbridge/contracts';

/** Something that says a record is gone at the provider. */
export interface DeletionSignal {
  readonly recordId: string;
  readonly evidence: DeletionEvidence;
}

/** Whose records the signals are about, and when they were true at the latest: the database's clock before the call. */
export interface DeletionScope {
  readonly tenantId: string;
  readonly connectionId: string;
  readonly provider: Provider;
  readonly resource: string;
  readonly observedAt: string;
  readonly correlationId: string;
  readonly runId: string | null;
}

export interface NotedDeletions {
  /** Soft-deleted and told to mapping. */
  readonly deleted: number;
  /** Too many at once: they wait for a person. */
  readonly held: number;
}

/** One 404 may be a hiccup or a record out of sight; everything else says clearly that the record is gone. */
export function isSure(evidence: DeletionEvidence): boolean {
  return evidence !== 'not_found';
}

/** A second 404 confirms the first one when it comes so much later. */
export const secondLookAfter = '1 minute';
