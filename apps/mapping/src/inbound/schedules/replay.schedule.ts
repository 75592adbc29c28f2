import { Inject, Injectable, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { LOGGER, type Logger } from '@firmbridge/service';
import { ContinueDueReplays } from '../../application/replays/continue-due-replays.js';
import { RepeatedWork } from './repeated-work.js';

/** Keeps replays going for as long as the service runs. */
@Injectable()
export class ReplaySchedule implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly stepping: RepeatedWork;

  constructor(continueDueReplays: ContinueDueReplays, @Inject(LOGGER) log: Logger) {
    this.stepping = new RepeatedWork({
      work: () => continueDueReplays.execute(),
      onError: (error) => log.error({ err: error }, 'replays could not be looked up; the next look is in a moment'),
    });
  }

  onApplicationBootstrap(): void {
    this.stepping.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.stepping.stop();
  }
}
