import { Inject, Injectable, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { BrokerConnections, DeadLetterDrain } from '@firmbridge/messaging';
import { CLOCK, type Clock } from '@firmbridge/service';
import { KeepDeadLetter } from '../../application/dead-letters/keep-dead-letter.js';

/** Empties the dead-letter queues of all services for as long as this one runs. */
@Injectable()
export class DeadLettersListener implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly drain: DeadLetterDrain;

  constructor(connections: BrokerConnections, keepDeadLetter: KeepDeadLetter, @Inject(CLOCK) clock: Clock) {
    this.drain = new DeadLetterDrain({ connections, clock, keep: (letter) => keepDeadLetter.execute(letter) });
  }

  async onApplicationBootstrap(): Promise<void> {
    await this.drain.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.drain.close();
  }
}
