import { messageOf, type Envelope } from '@firmbridge/contracts';
import { errorCodeOf, nextStep } from '../amqp/retry.js';
import { checkDefinition, type Definition } from '../definition.js';
import type { EntityEvent } from '../entity-event.js';
import { EventPipeline, type OutcomeCounts } from '../event-pipeline.js';
import type { EventPattern, Handlers } from '../handlers.js';
import type { Inbox } from '../inbox.js';
import { seededRandom } from './random.js';

export interface PlayOptions {
  /** Share of the messages that are delivered twice, 0 to 1; default 0. */
  readonly duplicates?: number;
  /** By how many places a delivery may be late; default 0. */
  readonly reordering?: number;
  /** The same seed gives the same order; default 1. */
  readonly seed?: number;
  /** Attempts before a message is a dead letter; default 5. */
  readonly attempts?: number;
}

export interface PlayFailure {
  /** null when the message could not be read. */
  readonly event: EntityEvent | null;
  readonly attempts: number;
  readonly code: string;
  readonly reason: string;
}

export interface PlayReport extends OutcomeCounts {
  readonly deliveries: number;
  /** Events with which a handler was called, in that order, also when it failed. */
  readonly calls: readonly EntityEvent[];
  /** Attempts that failed and were made again. */
  readonly retried: number;
  /** What would be a dead letter. */
  readonly deadLettered: readonly PlayFailure[];
}

/** A message as it travels: an envelope, or any bytes. */
export type PlayedMessage = Envelope | Buffer;

interface Played {
  readonly content: Buffer;
  readonly place: number;
  readonly before: number;
}

/**
 * Gives messages to a subscription as the broker would on a bad day, without one: read, past the inbox, to the handlers; some
 * twice, some late, and what fails again later.
 */
export async function play<Box extends Inbox<unknown> | undefined = undefined>(
  definition: Definition<Box>,
  messages: readonly PlayedMessage[],
  options: PlayOptions = {},
): Promise<PlayReport> {
  checkDefinition(definition);
  const { attempts = 5 } = options;
  const random = seededRandom(options.seed ?? 1);
  const lateness = () => random() * (options.reordering ?? 0);
  const calls: EntityEvent[] = [];
  const deadLettered: PlayFailure[] = [];
  const pipeline = new EventPipeline({ ...definition, on: noting(definition.on, calls) });
  const queue = messages.flatMap((message, index) => {
    const content = Buffer.isBuffer(message) ? message : Buffer.from(JSON.stringify(message));
    const first = { content, before: 0, place: index + lateness() };
    const isTwice = random() < (options.duplicates ?? 0);
    return isTwice ? [first, { ...first, place: index + lateness() }] : [first];
  });
  queue.reverse().sort(lastFirst);
  let deliveries = 0;
  let retried = 0;
  for (let next = queue.pop(); next !== undefined; next = queue.pop()) {
    deliveries += 1;
    try {
      await pipeline.take(next.content);
    } catch (error) {
      const step = nextStep(error, next.before, Array<number>(attempts - 1).fill(0));
      if (step.kind === 'retry') {
        retried += 1;
        insert(queue, { ...next, before: step.attempt, place: next.place + 1 + lateness() });
      } else {
        const failure = { attempts: step.attempt, code: errorCodeOf(error), reason: messageOf(error) };
        deadLettered.push({ event: eventOf(pipeline, next.content), ...failure });
      }
    }
  }
  return { deliveries, calls, ...pipeline.counts, retried, deadLettered };
}

/** Last come first: the next one is taken from the end. */
function lastFirst(a: Played, b: Played): number {
  return b.place - a.place;
}

function insert(queue: Played[], played: Played): void {
  const behind = queue.findIndex(({ place }) => place <= played.place);
  queue.splice(behind < 0 ? queue.length : behind, 0, played);
}

function noting<Tx>(on: Handlers<Tx>, calls: EntityEvent[]): Handlers<Tx> {
  type AnyHandler = (delivery: { event: EntityEvent; tx: Tx }) => Promise<void> | void;
  const handlers = Object.entries(on) as [EventPattern, AnyHandler][];
  const noted = handlers.map(([pattern, handler]): [EventPattern, AnyHandler] => [
    pattern,
    (delivery) => {
      calls.push(delivery.event);
      return handler(delivery);
    },
  ]);
  return Object.fromEntries(noted) as Handlers<Tx>;
}

function eventOf(pipeline: { read(content: Buffer): EntityEvent | null }, content: Buffer): EntityEvent | null {
  try {
    return pipeline.read(content);
  } catch {
    // It is a dead letter for this very reason, which stands beside it.
    return null;
  }
}
