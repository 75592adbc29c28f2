/** What a sweep has found by the time its last page is read. */
export interface SweepTotals {
  /** Different ids over all pages. */
  readonly seen: number;
  /** How many records there are by the provider's last word; null where it gives none. */
  readonly expected: number | null;
  readonly pages: number;
  readonly isLastPageFull: boolean;
  readonly order: IdOrder;
}

/** By id, nothing that happens while paging can push a record from one page to another; without an order it can. */
export type IdOrder = 'by-id' | 'unordered';

/** Why a pass proves nothing about what it did not list, in words; null when it is complete. */
export function whyIncomplete({ seen, expected, isLastPageFull }: SweepTotals): string | null {
  if (expected !== null) return seen >= expected ? null : `the provider counts ${expected} records and listed ${seen}`;
  return isLastPageFull ? 'the last page is full, no count is given, and more may follow' : null;
}

/**
 * Whether absence from this complete pass alone is enough. Without the provider's count, or where records may have moved between
 * pages, a second pass has to say the same.
 */
export function isProof({ expected, pages, order }: SweepTotals): boolean {
  return expected !== null && (order === 'by-id' || pages === 1);
}
