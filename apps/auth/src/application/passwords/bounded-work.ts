import { AppError } from '@firmbridge/contracts';

export interface WorkLimits {
  readonly atOnce: number;
  /** What comes when as many wait already is refused. */
  readonly waiting: number;
}

const retryAfterMs = 2_000;

/** Does little at once, in the order in which it comes, and refuses what would wait too long. */
export class BoundedWork {
  private readonly line: (() => void)[] = [];
  private running = 0;
  private refused = 0;

  constructor(private readonly limits: WorkLimits) {}

  /** Throws `rate_limited` when too much waits. */
  async run<T>(work: () => Promise<T>): Promise<T> {
    await this.enter();
    try {
      return await work();
    } finally {
      this.leave();
    }
  }

  /** Throws what `run` would throw now: before work that is only worth while if there is room. */
  requireRoom(): void {
    if (this.running < this.limits.atOnce || this.line.length < this.limits.waiting) return;
    this.refused += 1;
    throw new AppError('rate_limited', 'login.busy', 'Too many passwords are being checked. Try again in a moment.', {
      retryAfterMs,
    });
  }

  stats() {
    return { running: this.running, waiting: this.line.length, refused: this.refused };
  }

  private async enter(): Promise<void> {
    if (this.running < this.limits.atOnce) {
      this.running += 1;
      return;
    }
    this.requireRoom();
    await new Promise<void>((resolve) => this.line.push(resolve));
  }

  /** The place goes to the next in line; nobody can come in between. */
  private leave(): void {
    const next = this.line.shift();
    if (next === undefined) this.running -= 1;
    else next();
  }
}
