import { Inject, Injectable } from '@nestjs/common';
import { isAppError } from '@firmbridge/contracts';
import { Database, type Tx } from '@firmbridge/database';
import { BrokerConnections, queueOf, type PublishResult } from '@firmbridge/messaging';
import { LOGGER, type Logger } from '@firmbridge/service';
import { messageAgain } from '../../domain/message-again.js';
import { DueLetterRepository, type DueLetter } from '../../persistence/due-letter.repository.js';

const limits = { letters: 200, bytes: 16 * 1024 * 1024 };
/** The broker or this service was away: what has piled up meanwhile leaves at its pace and not at once. */
const lateMs = 5_000;
const delayMs = { first: 1_000, longest: 60_000 };
/** A queue of the manifest may be missing for a moment, while it is declared anew. */
const mostReturns = 8;

/**
 * Sends the letters whose time has come, each straight into the queue in which it failed. A letter is locked from before it is
 * sent until its new state is committed: a crash in between sends it again, which the inbox behind the queue absorbs.
 */
@Injectable()
export class PublishDueLetters {
  constructor(
    private readonly database: Database,
    private readonly letters: DueLetterRepository,
    private readonly connections: BrokerConnections,
    @Inject(LOGGER) private readonly log: Logger,
  ) {}

  /** Whether there was something to send. */
  async execute(): Promise<boolean> {
    if (!this.connections.publisher().stats().connected) return false;
    await this.catchUp();
    return this.database.acrossTenants(async (tx) => {
      const due = await this.letters.claim(tx, limits);
      if (due.length === 0) return false;
      await this.settle(tx, due, await this.publish(due));
      return true;
    });
  }

  private async catchUp(): Promise<void> {
    const queues = await this.database.acrossTenants((tx) => this.letters.lateQueues(tx, lateMs));
    for (const queue of queues) {
      await this.database.acrossTenants((tx) => this.letters.moveSchedule(tx, queue, lateMs));
    }
  }

  private async publish(due: readonly DueLetter[]): Promise<PublishResult[]> {
    const { namespace } = this.connections;
    const messages = due.map((letter) => messageAgain(letter, queueOf(namespace, letter.queue)));
    return this.connections
      .publisher()
      .publish(messages)
      .catch((error: unknown) => {
        if (!isAppError(error)) throw error;
        return due.map((): PublishResult => 'failed');
      });
  }

  private async settle(tx: Tx, due: readonly DueLetter[], results: readonly PublishResult[]): Promise<void> {
    await this.letters.areSent(
      tx,
      due.filter((_, index) => results[index] === 'confirmed'),
    );
    for (const [index, letter] of due.entries()) {
      if (results[index] === 'returned') await this.hasNoQueue(tx, letter);
      else if (results[index] !== 'confirmed') await this.postpone(tx, letter, 'The broker did not take it');
    }
  }

  /** Nothing else comes back from the exchange that knows queues by their names. */
  private async hasNoQueue(tx: Tx, letter: DueLetter): Promise<void> {
    const { queue, resendAttempts } = letter;
    const isPlanned = this.connections.manifest.queues.some(({ name }) => name === queue);
    const reason = `The queue ${queue} does not exist`;
    if (isPlanned && resendAttempts < mostReturns) return this.postpone(tx, letter, reason);
    await this.letters.waitsAgain(tx, letter, `${reason}, so it could not be resent.`);
    this.log.error(
      { queue, deadLetterId: letter.deadLetterId },
      'a dead letter was to be resent to a queue that is gone',
    );
  }

  private async postpone(tx: Tx, letter: DueLetter, reason: string): Promise<void> {
    const delay = Math.min(delayMs.longest, delayMs.first * 2 ** letter.resendAttempts);
    await this.letters.isPostponed(tx, letter, { delayMs: delay, reason: `${reason}; it is tried again.` });
    this.log.warn(
      { queue: letter.queue, deadLetterId: letter.deadLetterId, reason },
      'a dead letter could not be resent yet',
    );
  }
}
