import { AppError, messageOf } from '@firmbridge/contracts';
import type { ChannelModel, ConfirmChannel, GetMessage, Options } from 'amqplib';
import { createHash } from 'node:crypto';
import { attemptHeader, brokersHeader } from './amqp/index.js';
import { withChannel, withModel, type BrokerOptions } from './broker-options.js';
import { deadLettersOf } from './names.js';

/** A message that was set aside, as a person wants to see it. */
export interface DeadLetter {
  /** The message's id; of a message that has none, a fingerprint of its body. */
  readonly id: string;
  readonly type: string | null;
  readonly code: string;
  readonly reason: string;
  readonly attempts: number;
  readonly failedAt: string | null;
  readonly bytes: number;
  /** The first 16 KiB. */
  readonly body: string;
}

/** Ids, or all that are there when it begins. */
export type DeadLetterChoice = readonly string[] | 'all';

export interface DeadLetters {
  /** Looks at the oldest, default 100, and leaves them where they are. */
  list(limit?: number): Promise<DeadLetter[]>;
  /** Sends them to the subscriber's queue again, with all attempts before them. Gives how many. */
  resend(which: DeadLetterChoice): Promise<number>;
  /** Throws them away for good. Gives how many. */
  discard(which: DeadLetterChoice): Promise<number>;
}

/** The dead letters of a subscriber's own queue. */
export function deadLetters(options: Pick<BrokerOptions, 'url' | 'connect'> & { readonly queue: string }): DeadLetters {
  const { queue } = options;
  return {
    list: (limit = 100) => visit(options, async (pile) => (await pile.take(limit)).map(({ letter }) => letter)),
    resend: (which) => visit(options, (pile) => pile.each(which, (found) => pile.resend(found, queue))),
    discard: (which) => visit(options, (pile) => pile.each(which, () => Promise.resolve())),
  };
}

interface Found {
  readonly letter: DeadLetter;
  readonly delivery: GetMessage;
}

const shownBytes = 16 * 1024;

/** What is taken and not removed goes back when the visit is over. */
class Pile {
  constructor(
    private readonly channel: ConfirmChannel,
    private readonly queue: string,
  ) {}

  async take(limit: number): Promise<Found[]> {
    const found: Found[] = [];
    while (found.length < limit) {
      const next = await this.next();
      if (next === null) break;
      // Bodies may be large, and all of them are held until the end.
      found.push({ ...next, delivery: { ...next.delivery, content: Buffer.alloc(0) } });
    }
    return found;
  }

  /** Removes each that was chosen, after what is to be done with it was done. */
  async each(which: DeadLetterChoice, act: (found: Found) => Promise<void>): Promise<number> {
    const { messageCount } = await this.channel.checkQueue(this.queue);
    let done = 0;
    for (let looked = 0; looked < messageCount; looked += 1) {
      const next = await this.next();
      if (next === null) break;
      if (which !== 'all' && !which.includes(next.letter.id)) continue;
      await act(next);
      this.channel.ack(next.delivery);
      done += 1;
      if (which !== 'all' && done === which.length) break;
    }
    return done;
  }

  async resend({ delivery, letter }: Found, queue: string): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      const failed = (reason: string) =>
        reject(
          new AppError('unavailable', 'dead_letters.not_resent', `${letter.id} was not sent to ${queue}: ${reason}.`),
        );
      // The broker sends a return before the confirm of the same message, and confirms it all the same.
      this.channel.once('return', () => failed('the queue does not exist'));
      this.channel.publish('', queue, delivery.content, freshProperties(delivery), (error: unknown) => {
        this.channel.removeAllListeners('return');
        if (error === null || error === undefined) resolve();
        else failed(messageOf(error));
      });
    });
  }

  giveBack(): void {
    this.channel.nackAll(true);
  }

  private async next(): Promise<Found | null> {
    const delivery = await this.channel.get(this.queue);
    return delivery === false ? null : { delivery, letter: letterOf(delivery) };
  }
}

function visit<T>(
  options: Pick<BrokerOptions, 'url' | 'connect'> & { readonly queue: string },
  work: (pile: Pile) => Promise<T>,
): Promise<T> {
  return withModel(options, (model: ChannelModel) =>
    withChannel(
      () => model.createConfirmChannel(),
      async (channel) => {
        const pile = new Pile(channel, deadLettersOf(options.queue));
        const result = await work(pile);
        pile.giveBack();
        return result;
      },
    ),
  );
}

function letterOf({ content, properties }: GetMessage): DeadLetter {
  const headers = (properties.headers ?? {}) as Record<string, unknown>;
  const text = (name: string) => (typeof headers[name] === 'string' ? headers[name] : null);
  const attempts = headers[attemptHeader];
  return {
    id:
      (properties.messageId as string | undefined) ??
      `sha256:${createHash('sha256').update(content).digest('hex').slice(0, 16)}`,
    type: (properties.type as string | undefined) ?? null,
    // Without a reason of ours it was the broker: the message outlived its last delivery.
    code: text('x-error-code') ?? 'message.undeliverable',
    reason:
      text('x-error-message') ?? `The broker set it aside: ${text('x-first-death-reason') ?? 'no reason was given'}.`,
    attempts: typeof attempts === 'number' ? attempts : 0,
    failedAt: text('x-failed-at'),
    bytes: content.length,
    body: content.subarray(0, shownBytes).toString('utf8'),
  };
}

const ownHeader = new RegExp(`^(${attemptHeader}|x-error-code|x-error-message|x-failed-at)$`);

function freshProperties({ properties }: GetMessage): Options.Publish {
  const { messageId, type, contentType, contentEncoding, correlationId, timestamp } = properties;
  const headers = Object.entries(properties.headers ?? {}).filter(
    ([name]) => !ownHeader.test(name) && !brokersHeader.test(name),
  );
  const given = { messageId, type, contentType, contentEncoding, correlationId, timestamp };
  const present = Object.entries(given).filter(([, value]) => value !== undefined);
  return { ...Object.fromEntries(present), headers: Object.fromEntries(headers), persistent: true, mandatory: true };
}
