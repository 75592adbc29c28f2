import { AppError } from '@firmbridge/contracts';
import type { Channel, ConsumeMessage } from 'amqplib';
import type { BrokerConnection } from './broker-connection.js';
import { deferred } from './deferred.js';
import { KeptChannel } from './kept-channel.js';
import type { MessagingLogger } from './logger.js';

/** `acknowledge`: done with it. `redeliver`: the broker must give it again. */
export type Settlement = 'acknowledge' | 'redeliver';

export interface ConsumerOptions {
  readonly connection: BrokerConnection;
  readonly logger: MessagingLogger;
  readonly clock: () => Date;
  /** As the broker knows it. */
  readonly queue: string;
  /** Deliveries worked on at the same time. */
  readonly concurrency: number;
  /** Declares what must exist before consuming; for queues that are not in the manifest. */
  readonly declare?: (channel: Channel) => Promise<void>;
  /**
   * Must not throw. `gone` is aborted with the channel: then nothing this delivery does is acknowledged. `stopping` is aborted
   * when the consumer closes: what can be finished is, and what only waits is given back.
   */
  readonly work: (delivery: ConsumeMessage, gone: AbortSignal, stopping: AbortSignal) => Promise<Settlement>;
}

const notFound = 404;

/**
 * One queue's consumer on a channel of its own, attached for as long as it is not closed: it is built again after a lost
 * connection, a closed channel, and a queue that was deleted. A delivery is acknowledged on the channel that brought it
 * or not at all.
 */
export class Consumer {
  private readonly kept: KeptChannel<Channel>;
  private readonly inFlight = new Set<Promise<void>>();
  /** The channel whose deliveries may be acknowledged. */
  private channel: Channel | null = null;
  private tag: string | null = null;
  private gone = new AbortController();
  private failure: unknown = null;
  private readonly waiting = new Set<() => void>();
  private readonly stopping = new AbortController();
  private lastDeliveryAt: Date | null = null;

  constructor(private readonly options: ConsumerOptions) {
    this.kept = new KeptChannel({
      name: `consumer of ${options.queue}`,
      connection: options.connection,
      logger: options.logger,
      open: (model) => model.createChannel(),
      prepare: (channel) => this.attach(channel),
      lost: () => this.isLost(),
      failed: (error) => this.hasFailed(error),
    });
  }

  /**
   * Resolves with true when deliveries arrive, with false when the broker cannot be reached in time (it goes on trying);
   * rejects when the queue does not exist.
   */
  async start(timeoutMs: number): Promise<boolean> {
    const { promise, resolve } = deferred<void>();
    this.waiting.add(resolve);
    const timer = setTimeout(resolve, timeoutMs);
    this.kept.start();
    await promise;
    clearTimeout(timer);
    this.waiting.delete(resolve);
    if (isNotFound(this.failure)) throw missingQueue(this.options.queue, this.failure);
    return this.tag !== null;
  }

  stats() {
    return { attached: this.tag !== null, inFlight: this.inFlight.size, lastDeliveryAt: this.lastDeliveryAt };
  }

  /** Takes no more deliveries, waits for those in work, gives back those that take too long. */
  async close(timeoutMs: number): Promise<void> {
    this.stopping.abort();
    // A channel that cannot cancel is closed already and brings nothing more.
    if (this.tag !== null) await this.channel?.cancel(this.tag).catch(() => undefined);
    const { promise: tooLong, resolve } = deferred<void>();
    const timer = setTimeout(resolve, timeoutMs);
    await Promise.race([this.idle(), tooLong]);
    clearTimeout(timer);
    if (this.inFlight.size > 0) {
      this.options.logger.warn({ queue: this.options.queue, inFlight: this.inFlight.size }, 'stopped amid work');
    }
    await this.kept.stop();
  }

  private async idle(): Promise<void> {
    while (this.inFlight.size > 0) await Promise.all(this.inFlight);
  }

  private async attach(channel: Channel): Promise<void> {
    await this.options.declare?.(channel);
    await channel.prefetch(this.options.concurrency);
    const gone = new AbortController();
    this.gone = gone;
    // Deliveries may come before the answer to `consume` does.
    this.channel = channel;
    const { consumerTag } = await channel.consume(this.options.queue, (delivery) => {
      if (delivery === null) this.wasCancelled(channel);
      else this.take(channel, delivery, gone.signal);
    });
    this.tag = consumerTag;
    this.failure = null;
    this.tell();
  }

  /** The broker ends a consumer when its queue is deleted or moves; the channel stays open and silent for ever. */
  private wasCancelled(channel: Channel): void {
    if (this.stopping.signal.aborted) return;
    this.kept.drop(channel, 'the broker cancelled the consumer');
  }

  private take(channel: Channel, delivery: ConsumeMessage, gone: AbortSignal): void {
    this.lastDeliveryAt = this.options.clock();
    const work = this.options
      .work(delivery, gone, this.stopping.signal)
      .then((settlement) => this.settle(channel, delivery, settlement))
      .catch((error: unknown) => {
        this.options.logger.warn({ queue: this.options.queue, err: error }, 'a delivery was not acknowledged');
      })
      .finally(() => this.inFlight.delete(work));
    this.inFlight.add(work);
  }

  private settle(channel: Channel, delivery: ConsumeMessage, settlement: Settlement): void {
    // A delivery tag means nothing on another channel; what was not acknowledged is delivered again.
    if (this.channel !== channel) return;
    if (settlement === 'acknowledge') channel.ack(delivery);
    else this.kept.drop(channel, 'a delivery could be neither handled nor set aside');
  }

  private isLost(): void {
    this.channel = null;
    this.tag = null;
    this.gone.abort();
  }

  private hasFailed(error: unknown): void {
    const { queue, logger } = this.options;
    if (this.failure === null) logger.error({ queue, err: error }, 'cannot consume the queue, trying again');
    this.failure = error;
    this.isLost();
    this.tell();
  }

  private tell(): void {
    for (const resolve of this.waiting) resolve();
  }
}

function missingQueue(queue: string, cause: unknown): AppError {
  const message = `The queue ${queue} does not exist: run the migration before starting services.`;
  return new AppError('precondition_failed', 'topology.missing', message, { cause });
}

/** The broker's answer to naming a queue or exchange that does not exist. */
export function isNotFound(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === notFound;
}
