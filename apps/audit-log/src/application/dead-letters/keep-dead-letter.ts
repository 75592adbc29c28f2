import { Inject, Injectable } from '@nestjs/common';
import { Database, sqlState } from '@firmbridge/database';
import { BrokerConnections, isTenantErased, type DrainedLetter } from '@firmbridge/messaging';
import { CLOCK, LOGGER, type Clock, type Logger } from '@firmbridge/service';
import { bareLetterOf, deadLetterOf, type NewDeadLetter } from '../../domain/dead-letter.js';
import { DeadLetterRepository } from '../../persistence/dead-letter.repository.js';

/** Of PostgreSQL: what was given cannot be a value of its column, or is larger than a row may be. */
const refusedValue = /^(22|54)/;

/**
 * Keeps a message that was set aside, once, whatever it is like: only the database's absence makes it fail. One of an erased
 * firm is discarded.
 */
@Injectable()
export class KeepDeadLetter {
  constructor(
    private readonly database: Database,
    private readonly letters: DeadLetterRepository,
    private readonly connections: BrokerConnections,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(LOGGER) private readonly log: Logger,
  ) {}

  async execute(letter: DrainedLetter): Promise<void> {
    const described = this.describe(letter);
    try {
      await this.keep(described);
    } catch (error) {
      if (!refusedValue.test(sqlState(error) ?? '')) throw error;
      this.tell(letter, error);
      await this.keep({ ...bareLetterOf(letter, this.clock()), tenantId: described.tenantId });
    }
  }

  private async keep(letter: NewDeadLetter): Promise<void> {
    await this.database.inTenant(letter.tenantId, async (tx) => {
      if (!(await isTenantErased(tx, letter.tenantId))) return this.letters.keep(tx, letter);
      this.log.info({ queue: letter.queue, messageId: letter.messageId }, 'discarded a dead letter of an erased firm');
    });
  }

  private describe(letter: DrainedLetter): NewDeadLetter {
    try {
      return deadLetterOf(letter, this.connections.contracts, this.clock());
    } catch (error) {
      this.tell(letter, error);
      return bareLetterOf(letter, this.clock());
    }
  }

  private tell({ queue, properties }: DrainedLetter, error: unknown): void {
    this.log.error({ queue, messageId: properties.messageId, err: error }, 'a dead letter is kept without particulars');
  }
}
