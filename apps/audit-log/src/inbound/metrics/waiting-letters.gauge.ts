import { Inject, Injectable } from '@nestjs/common';
import { LOGGER, type Logger } from '@firmbridge/service';
import { Gauge, Registry } from 'prom-client';
import { CountWaitingLetters } from '../../application/dead-letters/count-waiting-letters.js';

/** Counts when somebody looks. While the database is away the last number stays, and the other metrics are told all the same. */
@Injectable()
export class WaitingLettersGauge {
  constructor(registry: Registry, countWaitingLetters: CountWaitingLetters, @Inject(LOGGER) log: Logger) {
    new Gauge({
      name: 'firmbridge_dead_letters_waiting',
      help: 'Messages set aside that wait for a decision, of all tenants; every replica tells the same number',
      registers: [registry],
      async collect() {
        try {
          this.set(await countWaitingLetters.execute());
        } catch (error) {
          log.warn({ err: error }, 'the dead letters that wait could not be counted');
        }
      },
    });
  }
}
