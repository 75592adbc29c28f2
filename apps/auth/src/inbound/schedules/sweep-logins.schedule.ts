import { LOGGER, type Logger } from '@firmbridge/service';
import { Inject, Injectable, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { SweepLogins } from '../../application/sessions/sweep-logins.js';

const dayMs = 86_400_000;
const firstAfterMs = 60_000;

/** Once a day, and soon after the start, removes sessions and tokens that are over. */
@Injectable()
export class SweepLoginsSchedule implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private timers: NodeJS.Timeout[] = [];
  private running = Promise.resolve();

  constructor(
    private readonly sweepLogins: SweepLogins,
    @Inject(LOGGER) private readonly log: Logger,
  ) {}

  onApplicationBootstrap(): void {
    const sweep = () => {
      this.running = this.sweep();
    };
    this.timers = [setTimeout(sweep, firstAfterMs), setInterval(sweep, dayMs)];
  }

  async beforeApplicationShutdown(): Promise<void> {
    for (const timer of this.timers) clearTimeout(timer);
    await this.running;
  }

  private async sweep(): Promise<void> {
    try {
      this.log.debug(await this.sweepLogins.execute(), 'swept what is over of sessions and setup links');
    } catch (error) {
      this.log.error({ err: error }, 'sessions that are over could not be swept; tried again tomorrow');
    }
  }
}
