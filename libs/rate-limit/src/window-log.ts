/** A window is counted in so many slots: a call leaves it at most one slot later than it must. */
export const slotsPerWindow = 128;

/** Slots are kept longer than they count: an answer is compared with what was known when its call began. */
export const slotsKept = slotsPerWindow + 16;

/**
 * The calls of one sliding window, by the moment of their answer: the provider counted each of them before that, so a
 * call never leaves here before it has left there.
 */
export class WindowLog {
  private readonly calls = new Map<number, number>();

  constructor(private readonly seconds: number) {}

  add(atMs: number, count: number): void {
    if (count <= 0) return;
    const slot = this.slotOf(atMs);
    this.calls.set(slot, (this.calls.get(slot) ?? 0) + count);
    for (const known of this.calls.keys()) if (known < slot - slotsKept) this.calls.delete(known);
  }

  used(atMs: number): number {
    const oldest = this.slotOf(atMs) - slotsPerWindow;
    return [...this.calls].reduce((sum, [slot, count]) => (slot >= oldest ? sum + count : sum), 0);
  }

  /** Time until so many calls have left; the whole window when fewer are in it. */
  msUntilLeft(atMs: number, count: number): number {
    const oldest = this.slotOf(atMs) - slotsPerWindow;
    let left = 0;
    for (const [slot, calls] of [...this.calls].sort(([one], [other]) => one - other)) {
      if (slot < oldest) continue;
      left += calls;
      if (left >= count) return (slot + 1) * this.slotMs + this.seconds * 1000 - atMs;
    }
    return this.seconds * 1000;
  }

  private get slotMs(): number {
    return (this.seconds * 1000) / slotsPerWindow;
  }

  private slotOf(atMs: number): number {
    return Math.floor(atMs / this.slotMs);
  }
}

export interface Report {
  /** What the provider has counted. */
  readonly counted: number;
  /** What we have counted as answered, at the time the call began. */
  readonly logged: number;
  readonly underWay: number;
}

/**
 * Calls that somebody else made with the same credential. The provider may have counted any of ours that are under way, so
 * only more than those prove a stranger; then none of them is taken to be in its figure.
 */
export function foreignCalls({ counted, logged, underWay }: Report): number {
  return counted > logged + underWay ? counted - logged : 0;
}

/** When foreign calls must have been made to leave as the provider says its window is reset. */
export function foreignCallsAt(atMs: number, seconds: number, resetInMs: number): number {
  const windowMs = seconds * 1000;
  return resetInMs > 0 ? atMs - windowMs + Math.min(resetInMs, windowMs) : atMs;
}
