export interface WorkLoopOptions {
  readonly concurrency: number;
  /** How long an idle loop rests before it looks again by itself. */
  readonly pollMs: number;
  /** Does one piece of work; false when there was none. */
  readonly work: (signal: AbortSignal) => Promise<boolean>;
  readonly onError: (error: unknown) => void;
}

/**
 * Runs `work` again and again in a fixed number of strands. An idle strand rests until it is woken or the poll time is over;
 * after an error a strand rests too. `stop` aborts the signal and resolves when every strand has ended.
 */
export class WorkLoop {
  private readonly stopping = new AbortController();
  private strands: Promise<void>[] = [];
  private resting = new Set<() => void>();
  private wakeUps = 0;

  constructor(private readonly options: WorkLoopOptions) {}

  start(): void {
    this.strands = Array.from({ length: this.options.concurrency }, () => this.run());
  }

  wake(): void {
    this.wakeUps += 1;
    for (const go of [...this.resting]) go();
  }

  /** The same for one piece of work. */
  wakeOne(): void {
    this.wakeUps += 1;
    const [go] = this.resting;
    go?.();
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    this.wake();
    await Promise.all(this.strands);
  }

  private async run(): Promise<void> {
    while (!this.stopping.signal.aborted) {
      const seen = this.wakeUps;
      const didWork = await this.attempt();
      if (!didWork && seen === this.wakeUps) await this.rest();
    }
  }

  private async attempt(): Promise<boolean> {
    try {
      return await this.options.work(this.stopping.signal);
    } catch (error) {
      if (!this.stopping.signal.aborted) this.options.onError(error);
      return false;
    }
  }

  private rest(): Promise<void> {
    if (this.stopping.signal.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      const go = () => {
        clearTimeout(timer);
        this.resting.delete(go);
        resolve();
      };
      const timer = setTimeout(go, this.options.pollMs);
      this.resting.add(go);
    });
  }
}
