interface Stop {
  readonly failures: number;
  readonly until: number;
}

const shortDelayMs = 200;
const firstDelayMs = 500;
const longestDelayMs = 30_000;

/**
 * Ordering keys that wait before their first row is tried again: longer each time when no queue wanted it, which a person
 * must put right; a moment when the broker failed, which ends by itself. Times are of a monotonic clock.
 */
export class StoppedKeys {
  private readonly stops = new Map<string, Stop>();

  get size(): number {
    return this.stops.size;
  }

  /** True when no queue wanted the key's message and that is news. */
  stop(key: string, reason: 'returned' | 'failed', now: number): boolean {
    const failures = this.stops.get(key)?.failures ?? 0;
    const delay = reason === 'failed' ? shortDelayMs : Math.min(longestDelayMs, firstDelayMs * 2 ** failures);
    this.stops.set(key, { failures: reason === 'failed' ? failures : failures + 1, until: now + delay });
    return reason === 'returned' && failures === 0;
  }

  /** The key has no trouble any more. */
  release(key: string): void {
    this.stops.delete(key);
  }

  waiting(now: number): string[] {
    return [...this.stops].filter(([, { until }]) => until > now).map(([key]) => key);
  }
}
