import { Inject, Injectable, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { LOGGER, type Logger } from '@firmbridge/service';
import { RenormalizeOutdated } from '../../application/renormalize-outdated.js';
import { RepeatedWork } from './repeated-work.js';

/** While replicas are replaced, old ones go on making entities: what they leave behind is found then. */
const lookEveryMs = 3_600_000;

/** Looks for the work of older normalizers when the service starts, and now and then. */
@Injectable()
export class RenormalizationSchedule implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly looking: RepeatedWork;

  constructor(renormalizeOutdated: RenormalizeOutdated, @Inject(LOGGER) log: Logger) {
    this.looking = new RepeatedWork({
      work: async () => {
        const runs = await renormalizeOutdated.execute();
        if (runs > 0) log.info({ runs }, 'asked for the records of older normalizers');
        return lookEveryMs;
      },
      onError: (error) => log.error({ err: error }, 'outdated entities could not be looked up; the next look is soon'),
    });
  }

  onApplicationBootstrap(): void {
    this.looking.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.looking.stop();
  }
}
