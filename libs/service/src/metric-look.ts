import { messageOf } from '@firmbridge/contracts';
import { isDatabaseAway } from '@firmbridge/database';

const keptMs = 5_000;

/**
 * A figure for metrics, looked up at most every few seconds. Where that fails it is what was known last: one figure must not take all
 * others along. That the database is away is told by others, anything else as a warning.
 */
export class MetricLook<T> {
  private looking: Promise<T> | null = null;
  private lookedAt = -Infinity;

  constructor(
    private known: T,
    private readonly look: () => Promise<T>,
  ) {}

  read(): Promise<T> {
    if (performance.now() - this.lookedAt < keptMs) return Promise.resolve(this.known);
    this.looking ??= this.lookAgain();
    return this.looking;
  }

  private async lookAgain(): Promise<T> {
    try {
      this.known = await this.look();
    } catch (error) {
      if (!isDatabaseAway(error)) process.emitWarning(messageOf(error), 'MetricWarning');
    } finally {
      this.lookedAt = performance.now();
      this.looking = null;
    }
    return this.known;
  }
}
