import {
  Inject,
  Injectable,
  Logger,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { CONFIG, RANDOM, type Random } from '@firmbridge/service';
import { RefreshDueCredentials } from '../../application/tokens/refresh-due-credentials.js';
import { withinStop } from '../../application/within-stop.js';
import type { AuthConfig } from '../../config.js';
import { Loop } from './loop.js';

const restMs = 5_000;

/** Refreshes tokens before they end, also those nobody asks for. */
@Injectable()
export class RefreshTokensSchedule implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger(RefreshTokensSchedule.name);
  private readonly loop: Loop;

  constructor(
    refreshDueCredentials: RefreshDueCredentials,
    @Inject(CONFIG) config: AuthConfig,
    @Inject(RANDOM) random: Random,
  ) {
    this.loop = new Loop({
      strands: config.tokens.refreshConcurrency,
      restMs,
      random,
      work: () => refreshDueCredentials.execute(),
      onError: (sentence) => this.logger.error(`Tokens that are due could not be refreshed: ${sentence}`),
    });
  }

  onApplicationBootstrap(): void {
    this.loop.start();
  }

  /** A credential that was just claimed is refreshed before this process ends. */
  beforeApplicationShutdown(): Promise<void> {
    return withinStop(this.loop.stop());
  }
}
