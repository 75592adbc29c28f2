import {
  Inject,
  Injectable,
  Logger,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { RANDOM, type Random } from '@firmbridge/service';
import { RepeatStopping } from '../../application/disconnecting/repeat-stopping.js';
import { RevokeTokens } from '../../application/disconnecting/revoke-tokens.js';
import { AdvanceErasures } from '../../application/erasing/advance-erasures.js';
import { RepeatErasing } from '../../application/erasing/repeat-erasing.js';
import { withinStop } from '../../application/within-stop.js';
import { Loop } from './loop.js';

const restMs = 2_000;

/** Takes the ending of connections and the erasure of firms further: what is this service's own to do, and asking again. */
@Injectable()
export class CarryOnSagasSchedule implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger(CarryOnSagasSchedule.name);
  private readonly loops: readonly Loop[];

  constructor(
    revokeTokens: RevokeTokens,
    advanceErasures: AdvanceErasures,
    repeatStopping: RepeatStopping,
    repeatErasing: RepeatErasing,
    @Inject(RANDOM) random: Random,
  ) {
    const loop = (strands: number, what: string, work: () => Promise<boolean>) => {
      const onError = (sentence: string) => this.logger.error(`${what}: ${sentence}`);
      return new Loop({ strands, restMs, random, work, onError });
    };
    this.loops = [
      loop(2, 'A token could not be revoked', () => revokeTokens.execute()),
      loop(1, 'An erasure could not go on', () => advanceErasures.execute()),
      loop(1, 'A service could not be asked again', async () => {
        const [stopping, erasing] = [await repeatStopping.execute(), await repeatErasing.execute()];
        return stopping || erasing;
      }),
    ];
  }

  onApplicationBootstrap(): void {
    for (const loop of this.loops) loop.start();
  }

  beforeApplicationShutdown(): Promise<void> {
    return withinStop(Promise.all(this.loops.map((loop) => loop.stop())));
  }
}
