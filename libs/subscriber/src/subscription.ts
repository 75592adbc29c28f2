import { messageOf } from '@firmbridge/contracts';
import { BrokerConnection, ConfirmedPublisher, Consumer, DeliveryWorker, type Ladder } from './amqp/index.js';
import { withChannel } from './broker-options.js';
import { CurrentState } from './current-state.js';
import { declareOwn, removeOldBindings } from './declarations.js';
import { EventPipeline, isOutage } from './event-pipeline.js';
import type { Inbox } from './inbox.js';
import { deadLettersOf, rungOf } from './names.js';
import type { Settings, Subscription, SubscriptionStats } from './subscribe-options.js';

const sweepEveryMs = 60 * 60 * 1_000;

/**
 * One connection consumes, one publishes what is tried again or set aside, so that a broker that holds back publishers does
 * not hold back acknowledgements.
 */
export class RunningSubscription<Box extends Inbox<unknown> | undefined> implements Subscription {
  private readonly consuming: BrokerConnection;
  private readonly publishing: BrokerConnection;
  private readonly publisher: ConfirmedPublisher;
  private readonly pipeline: EventPipeline<Box>;
  private readonly worker: DeliveryWorker;
  private readonly consumer: Consumer;
  private readonly currentState: CurrentState | null;
  private live = false;
  private sweeping: NodeJS.Timeout | null = null;
  private stopped: Promise<void> | null = null;

  constructor(private readonly settings: Settings<Box>) {
    const { logger, queue, retryDelaysMs } = settings;
    const clock = () => new Date();
    this.consuming = this.connection('consume');
    this.publishing = this.connection('publish');
    this.publisher = new ConfirmedPublisher({ connection: this.publishing, logger });
    this.pipeline = new EventPipeline(settings, (finished) => this.currentState?.replayFinished(finished));
    this.worker = new DeliveryWorker({
      queue,
      publisher: () => this.publisher,
      ladder: ladderOf(queue),
      retryDelaysMs,
      clock,
      logger,
      handle: async ({ content }) => void (await this.pipeline.take(content)),
      isOutage,
    });
    const work: DeliveryWorker['work'] = (delivery, gone, stopping) => this.worker.work(delivery, gone, stopping);
    this.consumer = new Consumer({
      ...{ connection: this.consuming, logger, clock, queue, work },
      concurrency: settings.concurrency,
      declare: (channel) => declareOwn(channel, settings),
    });
    this.currentState = settings.startFrom
      ? new CurrentState({ ...settings, startFrom: settings.startFrom, work })
      : null;
  }

  async start(): Promise<void> {
    const { startTimeoutMs } = this.settings;
    await Promise.all([this.consuming.up(startTimeoutMs), this.publisher.ready(startTimeoutMs)]);
    if (this.currentState === null || (await this.currentState.start()) === 'done') await this.goLive();
    else void this.currentState.done.then(() => this.goLive()).catch((error: unknown) => this.cannotGoLive(error));
    this.sweepNowAndThen();
  }

  stats(): SubscriptionStats {
    const { retried, deadLettered } = this.worker.counts;
    const consumer = this.consumer.stats();
    const before = this.currentState?.stats() ?? consumer;
    const isLive = this.live || this.currentState === null;
    return {
      phase: isLive ? 'live' : 'current-state',
      ...(isLive ? consumer : before),
      lastDeliveryAt: consumer.lastDeliveryAt ?? before.lastDeliveryAt,
      ...this.pipeline.counts,
      retried,
      deadLettered,
    };
  }

  stop(): Promise<void> {
    this.stopped ??= this.close();
    return this.stopped;
  }

  private async goLive(): Promise<void> {
    if (this.stopped !== null) return;
    await this.declare();
    if (this.stopped !== null) return;
    this.live = true;
    await this.consumer.start(this.settings.startTimeoutMs);
  }

  /** The consumer declares for itself, too; only here a mistake reaches the caller, and only here old bindings go. */
  private async declare(): Promise<void> {
    const model = this.consuming.current;
    if (model === null) return;
    await withChannel(
      () => model.createChannel(),
      async (channel) => {
        await declareOwn(channel, this.settings);
        await removeOldBindings(channel, this.settings);
      },
    );
  }

  private async close(): Promise<void> {
    const { stopTimeoutMs } = this.settings;
    if (this.sweeping !== null) clearInterval(this.sweeping);
    await Promise.all([this.consumer.close(stopTimeoutMs), this.currentState?.stop(stopTimeoutMs)]);
    await this.publisher.flush();
    await this.publisher.close();
    await Promise.all([this.consuming.close(), this.publishing.close()]);
  }

  /** The current state is in, but something happened to the queue or its broker right after: the consumer goes on trying. */
  private cannotGoLive(error: unknown): void {
    const { queue, logger } = this.settings;
    logger.error({ queue, reason: messageOf(error) }, 'live events cannot be taken up yet');
    this.live = true;
    if (this.stopped === null) void this.consumer.start(0).catch(() => undefined);
  }

  private sweepNowAndThen(): void {
    const { inbox, logger, queue } = this.settings;
    if (inbox?.sweep === undefined || this.stopped !== null) return;
    const sweep = () => {
      inbox.sweep?.().catch((error: unknown) => {
        logger.warn({ queue, reason: messageOf(error) }, 'the inbox could not be swept');
      });
    };
    this.sweeping = setInterval(sweep, sweepEveryMs);
    this.sweeping.unref();
  }

  private connection(use: string): BrokerConnection {
    const { connect, url, logger, queue } = this.settings;
    return new BrokerConnection({ connect, url, logger, name: `${queue} ${use}` });
  }
}

function ladderOf(queue: string): Ladder {
  return {
    rung: (delayMs) => ({ exchange: '', routingKey: rungOf(queue, delayMs) }),
    deadLetters: { exchange: '', routingKey: deadLettersOf(queue) },
  };
}
