import { Inject, Injectable, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { LOGGER, type Logger } from '@firmbridge/service';
import { setTimeout as wait } from 'node:timers/promises';
import { PublishDueLetters } from '../../application/dead-letters/publish-due-letters.js';

const lookEveryMs = 500;

/** Sends letters again as they become due, for as long as the service runs. */
@Injectable()
export class ResendSchedule implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private running: Promise<void> | null = null;
  private nudge = new AbortController();
  private isStopping = false;

  constructor(
    private readonly publishDueLetters: PublishDueLetters,
    @Inject(LOGGER) private readonly log: Logger,
  ) {}

  onApplicationBootstrap(): void {
    this.running ??= this.run();
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.isStopping = true;
    this.wake();
    await this.running;
  }

  /** Looks now instead of later. */
  wake(): void {
    this.nudge.abort();
  }

  private async run(): Promise<void> {
    while (!this.isStopping) {
      // Renewed before looking, so that a wake during the look is not lost.
      if (this.nudge.signal.aborted) this.nudge = new AbortController();
      if (await this.sendDue()) continue;
      await wait(lookEveryMs, undefined, { signal: this.nudge.signal }).catch(() => undefined);
    }
  }

  private async sendDue(): Promise<boolean> {
    try {
      return await this.publishDueLetters.execute();
    } catch (error) {
      this.log.error({ err: error }, 'dead letters that are due could not be resent, trying again');
      return false;
    }
  }
}
