export interface LeaseOptions {
  readonly seconds: number;
  /** False once somebody else has what was claimed. */
  readonly extend: () => Promise<boolean>;
  /** With what the signal is aborted then. */
  readonly lost: () => Error;
  readonly onError: (error: unknown) => void;
}

/**
 * Keeps what was claimed ours for as long as it takes, by a lease that is short and renewed: what a crash leaves behind is free again
 * within one lease, however long the work may take. The signal is aborted once somebody else has it.
 */
export class Lease {
  private readonly ended = new AbortController();
  private readonly timer: NodeJS.Timeout;
  private extending: Promise<void> = Promise.resolve();

  constructor(private readonly options: LeaseOptions) {
    this.timer = setInterval(() => {
      this.extending = this.extend();
    }, options.seconds * 333);
  }

  get signal(): AbortSignal {
    return this.ended.signal;
  }

  /** Belongs before the end is written: an extension under way must not outlive the claim. */
  async release(): Promise<void> {
    clearInterval(this.timer);
    await this.extending;
  }

  private async extend(): Promise<void> {
    const { extend, lost, onError } = this.options;
    try {
      if (!(await extend())) this.ended.abort(lost());
    } catch (error) {
      onError(error);
    }
  }
}
