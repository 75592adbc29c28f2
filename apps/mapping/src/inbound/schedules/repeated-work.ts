import { setTimeout as sleep } from 'node:timers/promises';

export interface RepeatedWorkOptions {
  /** Answers after how many milliseconds it wants to be done again. */
  readonly work: () => Promise<number>;
  readonly onError: (error: unknown) => void;
}

const afterErrorMs = 5_000;

/** Does work again and again, one time after the other, from `start` until `stop`. */
export class RepeatedWork {
  private readonly stopping = new AbortController();
  private running: Promise<void> = Promise.resolve();

  constructor(private readonly options: RepeatedWorkOptions) {}

  start(): void {
    this.running = this.run();
  }

  /** Resolves when nothing is being done any more. */
  async stop(): Promise<void> {
    this.stopping.abort();
    await this.running;
  }

  private async run(): Promise<void> {
    const { signal } = this.stopping;
    while (!signal.aborted) {
      const restMs = await this.attempt();
      // Resting is aborted by the end.
      await sleep(restMs, undefined, { signal }).catch(() => undefined);
    }
  }

  private async attempt(): Promise<number> {
    try {
      return await this.options.work();
    } catch (error) {
      this.options.onError(error);
      return afterErrorMs;
    }
  }
}
