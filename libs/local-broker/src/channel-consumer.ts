import type { ConsumeMessage, Options } from 'amqplib';
import type { Consumer, Destination } from './destination.js';
import type { QueuedMessage } from './message.js';

export type OnMessage = (message: ConsumeMessage | null) => void;

/** What a consumer has of its channel. */
export interface ConsumerHome {
  /** The channel is open and takes more on the whole. */
  readonly hasRoom: boolean;
  deliverTo(consumer: ChannelConsumer, message: QueuedMessage, from: Destination): void;
  cancelled(consumer: ChannelConsumer): void;
}

export interface ChannelConsumerOptions {
  readonly tag: string;
  readonly queue: Destination;
  readonly onMessage: OnMessage;
  readonly prefetch: number;
  readonly options: Options.Consume;
}

/** A consumer on a channel, with the prefetch that held when it began. */
export class ChannelConsumer implements Consumer {
  inFlight = 0;

  constructor(
    private readonly home: ConsumerHome,
    private readonly own: ChannelConsumerOptions,
  ) {}

  get tag(): string {
    return this.own.tag;
  }

  get queue(): Destination {
    return this.own.queue;
  }

  get prefetch(): number {
    return this.own.prefetch;
  }

  get onMessage(): OnMessage {
    return this.own.onMessage;
  }

  get isExclusive(): boolean {
    return this.own.options.exclusive ?? false;
  }

  get acknowledges(): boolean {
    return !this.own.options.noAck;
  }

  get arguments(): Readonly<Record<string, unknown>> {
    return { ...(this.own.options.arguments as Record<string, unknown> | undefined) };
  }

  hasRoom(): boolean {
    if (!this.home.hasRoom) return false;
    return !this.acknowledges || this.prefetch === 0 || this.inFlight < this.prefetch;
  }

  deliver(message: QueuedMessage, from: Destination): void {
    this.home.deliverTo(this, message, from);
  }

  queueDeleted(): void {
    this.home.cancelled(this);
  }
}
