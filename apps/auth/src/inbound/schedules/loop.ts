import { messageOf } from '@firmbridge/contracts';
import { setTimeout as sleep } from 'node:timers/promises';

export interface LoopOptions {
  /** How many work at the same time. */
  readonly strands: number;
  /** The rest when there was nothing to do, more or less by half, so that replicas do not look together. */
  readonly restMs: number;
  readonly random: () => number;
  /** Does one piece of work; false when there was none. */
  readonly work: () => Promise<boolean>;
  readonly onError: (sentence: string) => void;
}

/** Does work as long as there is some and looks again after a rest; after an error it rests too. */
export class Loop {
  private readonly stopping = new AbortController();
  private running: readonly Promise<void>[] = [];

  constructor(private readonly options: LoopOptions) {}

  start(): void {
    this.running = Array.from({ length: this.options.strands }, () => this.run());
  }

  /** Resolves when what was under way is done. */
  async stop(): Promise<void> {
    this.stopping.abort();
    await Promise.all(this.running);
  }

  private async run(): Promise<void> {
    const { restMs, random } = this.options;
    const { signal } = this.stopping;
    while (!signal.aborted) {
      if (await this.attempt()) continue;
      await sleep(restMs * (0.5 + random()), undefined, { signal }).catch(() => undefined);
    }
  }

  private async attempt(): Promise<boolean> {
    try {
      return await this.options.work();
    } catch (error) {
      this.options.onError(messageOf(error));
      return false;
    }
  }
}
