import { Inject, Injectable } from '@nestjs/common';
import { Database } from '@firmbridge/database';
import { LOGGER, type Logger } from '@firmbridge/service';
import { ReplayRepository } from '../../persistence/replay.repository.js';
import { ContinueReplay } from './continue-replay.js';

const mostAtOnce = 20;
/** A new replay begins, and one that failed is tried again, after this long at the latest. */
const lookEveryMs = 500;

/** Takes one step of every replay that is due, one after the other. Any number of replicas may do it. */
@Injectable()
export class ContinueDueReplays {
  constructor(
    private readonly database: Database,
    private readonly replays: ReplayRepository,
    private readonly continueReplay: ContinueReplay,
    @Inject(LOGGER) private readonly log: Logger,
  ) {}

  /** Answers after how many milliseconds to look again. */
  async execute(): Promise<number> {
    const due = await this.database.acrossTenants((tx) => this.replays.due(tx, mostAtOnce));
    let failed = false;
    for (const replay of due) {
      try {
        await this.continueReplay.execute(replay);
      } catch (error) {
        failed = true;
        this.log.error({ err: error, replayId: replay.replayId }, 'a replay could not go on; it is tried again');
      }
    }
    return failed ? lookEveryMs : this.untilNextStep();
  }

  private async untilNextStep(): Promise<number> {
    const ms = await this.database.acrossTenants((tx) => this.replays.msUntilNextStep(tx));
    return Math.min(lookEveryMs, Math.max(0, ms ?? lookEveryMs));
  }
}
