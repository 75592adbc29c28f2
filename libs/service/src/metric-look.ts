import { isDatabaseAway } from '@firmbridge/database';

const keptMs = 5_000;

/** A figure for metrics, looked up at most every few seconds; what was known last while the database is away, which others tell. */
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
      if (!isDatabaseAway(error)) throw error;
    } finally {
      this.lookedAt = performance.now();
      this.looking = null;
    }
    return this.known;
  }
}
