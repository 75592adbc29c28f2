import { contractsByType, isAppError, mappingMessages, type DataOf, type Message } from '@firmbridge/contracts';
import { decodeMessage } from './amqp/index.js';
import type { Definition } from './definition.js';
import { entityEventOf, isEntityEventType, type EntityEvent } from './entity-event.js';
import { handlerOf, type Handlers } from './handlers.js';
import { inboxUnavailable, type Inbox, type InboxOutcome } from './inbox.js';
import { Lanes } from './lanes.js';

/** `unhandled`: no handler is for it (any more), which is no mistake of the event. */
export type Outcome = InboxOutcome | 'unhandled';

export type OutcomeCounts = Record<'handled' | 'duplicates' | 'stale' | 'unhandled', number>;

const { replayFinished } = mappingMessages;

type AnyBox = Inbox<unknown> | undefined;

/** The way of an event: read and checked, then past the inbox to its handler. Events of one entity never overtake each other. */
export class EventPipeline<Box extends AnyBox> {
  readonly counts: OutcomeCounts = { handled: 0, duplicates: 0, stale: 0, unhandled: 0 };
  private readonly lanes = new Lanes();

  constructor(
    private readonly definition: Definition<Box>,
    private readonly onReplayFinished: (finished: DataOf<typeof replayFinished>) => void = () => undefined,
  ) {}

  /** Throws what the handler threw, or an AppError that is not retryable when the content cannot be read. */
  async take(content: Buffer): Promise<Outcome> {
    const event = this.read(content);
    return event === null ? 'unhandled' : this.handle(event);
  }

  /** null: a message that is in order and tells of no entity, or tells it in another major version, published beside ours. */
  read(content: Buffer): EntityEvent | null {
    const message = decoded(content);
    if (message === null) this.count('unhandled');
    if (message?.type === replayFinished.type) this.onReplayFinished(message.data as DataOf<typeof replayFinished>);
    return message === null || message.type === replayFinished.type ? null : entityEventOf(message);
  }

  async handle(event: EntityEvent): Promise<Outcome> {
    return this.count(await this.lanes.run(`${event.tenantId}/${event.entityId}`, () => this.pass(event)));
  }

  private async pass(event: EntityEvent): Promise<Outcome> {
    const { queue: consumer, inbox, newestOnly = false } = this.definition;
    const handler = handlerOf(this.definition.on as Handlers<unknown>, event);
    if (handler === null) return 'unhandled';
    if (inbox !== undefined) {
      return inbox.once({ consumer, event, newestOnly }, async (tx) => handler({ event, tx }));
    }
    await handler({ event, tx: undefined });
    return 'handled';
  }

  private count(outcome: Outcome): Outcome {
    this.counts[outcome === 'duplicate' ? 'duplicates' : outcome] += 1;
    return outcome;
  }
}

/** The inbox is away: no event can be handled, so none of them is to blame. */
export function isOutage(error: unknown): boolean {
  return isAppError(error) && error.code === inboxUnavailable;
}

function decoded(content: Buffer): Message | null {
  try {
    return decodeMessage(content);
  } catch (error) {
    if (isAppError(error) && isOtherVersion(error.details['type'])) return null;
    throw error;
  }
}

function isOtherVersion(type: unknown): boolean {
  return typeof type === 'string' && isEntityEventType(type) && !contractsByType.has(type);
}
