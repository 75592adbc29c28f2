import { AppError } from '@firmbridge/contracts';
import type { ConfirmChannel, Message, Options } from 'amqplib';
import type { BrokerConnection } from './broker-connection.js';
import { deferred } from './deferred.js';
import { KeptChannel } from './kept-channel.js';
import type { MessagingLogger } from './logger.js';

/** A message whose place on the broker is already spelled out. The empty exchange reaches a queue by its name. */
export interface RawOutgoing {
  readonly exchange: string;
  readonly routingKey: string;
  readonly content: Buffer;
  readonly properties: Options.Publish;
}

/** `returned`: no queue wanted it. `failed`: the broker refused it or may not have it; publishing again is safe. */
export type PublishResult = 'confirmed' | 'returned' | 'failed';

export interface ConfirmedPublisherOptions {
  readonly connection: BrokerConnection;
  readonly logger: MessagingLogger;
  /** Messages published and not yet confirmed, at most; default 1 000. */
  readonly maxInFlight?: number;
  /** Default 15 s. */
  readonly confirmTimeoutMs?: number;
}

interface InFlight {
  readonly message: RawOutgoing;
  readonly deadline: number;
  readonly settle: (result: PublishResult) => void;
  returned: boolean;
}

export interface PublisherStats {
  readonly connected: boolean;
  readonly inFlight: number;
  readonly confirmed: number;
  readonly returned: number;
  readonly failed: number;
}

/** Publishes in the given order, many at a time; a message counts as published when the broker has confirmed it. */
export class ConfirmedPublisher {
  private readonly kept: KeptChannel<ConfirmChannel>;
  private readonly inFlight = new Set<InFlight>();
  private readonly waiting: (() => void)[] = [];
  private readonly counts = { confirmed: 0, returned: 0, failed: 0 };
  private watchdog: NodeJS.Timeout | null = null;
  private readonly maxInFlight: number;
  private readonly confirmTimeoutMs: number;

  constructor(private readonly options: ConfirmedPublisherOptions) {
    this.maxInFlight = options.maxInFlight ?? 1_000;
    this.confirmTimeoutMs = options.confirmTimeoutMs ?? 15_000;
    this.kept = new KeptChannel({
      name: 'publisher',
      connection: options.connection,
      logger: options.logger,
      open: (model) => model.createConfirmChannel(),
      prepare: (channel) => {
        channel.on('return', (message) => this.wasReturned(message));
        return Promise.resolve();
      },
      lost: () => this.failAll(),
    });
  }

  start(): void {
    this.kept.start();
  }

  /** Resolves when messages can be published. */
  async ready(timeoutMs: number): Promise<void> {
    await this.kept.ready(timeoutMs);
  }

  stats(): PublisherStats {
    return { connected: this.kept.current !== null, inFlight: this.inFlight.size, ...this.counts };
  }

  /**
   * One result for each message, in the same order. Rejects at once, with nothing published, while there is no connection.
   * A `mandatory` message that reaches no queue is `returned`.
   */
  async publish(messages: readonly RawOutgoing[]): Promise<PublishResult[]> {
    const channel = this.channel();
    const results: Promise<PublishResult>[] = [];
    for (const message of messages) {
      while (this.inFlight.size >= this.maxInFlight) await new Promise<void>((resolve) => this.waiting.push(resolve));
      results.push(this.send(channel, message));
    }
    return Promise.all(results);
  }

  /** Resolves when everything published so far is settled. */
  async flush(): Promise<void> {
    while (this.inFlight.size > 0) await new Promise<void>((resolve) => this.waiting.push(resolve));
  }

  async close(): Promise<void> {
    await this.kept.stop();
    this.failAll();
  }

  private channel(): ConfirmChannel {
    this.kept.start();
    if (this.kept.current !== null) return this.kept.current;
    const message = 'There is no connection to the broker at the moment.';
    throw new AppError('unavailable', 'broker.unavailable', message);
  }

  private send(channel: ConfirmChannel, message: RawOutgoing): Promise<PublishResult> {
    // Going on with the next channel would let this message overtake those that were lost with the one before.
    if (this.kept.current !== channel) return Promise.resolve(this.count('failed'));
    const { promise, resolve: settle } = deferred<PublishResult>();
    const entry = { message, settle, returned: false, deadline: performance.now() + this.confirmTimeoutMs };
    this.inFlight.add(entry);
    this.watch();
    try {
      channel.publish(message.exchange, message.routingKey, message.content, message.properties, (error: unknown) => {
        // The broker sends a return before the confirm of the same message, and confirms it all the same.
        this.settle(entry, entry.returned ? 'returned' : error === null ? 'confirmed' : 'failed');
      });
    } catch (error) {
      this.options.logger.warn({ err: error, messageId: message.properties.messageId }, 'a message was not sent');
      this.settle(entry, 'failed');
    }
    return promise;
  }

  private wasReturned({ fields, properties }: Message): void {
    for (const entry of this.inFlight) {
      const { exchange, routingKey, properties: sent } = entry.message;
      if (entry.returned || sent.messageId !== properties.messageId) continue;
      if (exchange !== fields.exchange || routingKey !== fields.routingKey) continue;
      entry.returned = true;
      return;
    }
  }

  private settle(entry: InFlight, result: PublishResult): void {
    if (!this.inFlight.delete(entry)) return;
    entry.settle(this.count(result));
    for (const resume of this.waiting.splice(0)) resume();
  }

  private count(result: PublishResult): PublishResult {
    this.counts[result] += 1;
    return result;
  }

  private failAll(): void {
    for (const entry of [...this.inFlight]) this.settle(entry, 'failed');
  }

  /** One timer for the oldest message: the broker may keep quiet without closing anything. */
  private watch(): void {
    if (this.watchdog !== null) return;
    const [oldest] = this.inFlight;
    if (oldest === undefined) return;
    const wait = Math.max(0, oldest.deadline - performance.now());
    this.watchdog = setTimeout(() => {
      this.watchdog = null;
      const [entry] = this.inFlight;
      const channel = this.kept.current;
      if (entry !== undefined && channel !== null && entry.deadline <= performance.now()) {
        this.kept.drop(channel, `no confirm within ${this.confirmTimeoutMs} ms`);
      }
      this.watch();
    }, wait);
    this.watchdog.unref();
  }
}
