import { Injectable } from '@nestjs/common';
import { Database } from '@firmbridge/database';
import { DeadLetterRepository } from '../../persistence/dead-letter.repository.js';

/** How many letters of all tenants wait for a decision. */
@Injectable()
export class CountWaitingLetters {
  constructor(
    private readonly database: Database,
    private readonly letters: DeadLetterRepository,
  ) {}

  execute(): Promise<number> {
    return this.database.acrossTenants((tx) => this.letters.countWaiting(tx));
  }
}
