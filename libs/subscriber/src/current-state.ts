import { AppError, isAppError, messageOf, type DataOf, type mappingMessages } from '@firmbridge/contracts';
import type { ChannelModel, ConsumeMessage } from 'amqplib';
import { setTimeout as wait } from 'node:timers/promises';
import { deferred, isNotFound, type BrokerConnect, type MessagingLogger, type Settlement } from './amqp/index.js';
import { withChannel, withModel } from './broker-options.js';
import { consumeUntil } from './consume-until.js';
import { consumedQueue, declareOwn, declareQueue, type OwnQueues } from './declarations.js';
import { handledTypes } from './handlers.js';
import { snapshotLockOf, snapshotOf } from './names.js';
import type { CurrentStateStart } from './subscribe-options.js';

type ReplayFinished = DataOf<typeof mappingMessages.replayFinished>;

export interface CurrentStateOptions extends OwnQueues {
  readonly connect: BrokerConnect;
  readonly url: string;
  readonly logger: MessagingLogger;
  readonly concurrency: number;
  readonly startFrom: CurrentStateStart;
  readonly work: (delivery: ConsumeMessage, gone: AbortSignal, stopping: AbortSignal) => Promise<Settlement>;
}

const resourceLocked = 405;
const lockedRetryMs = 1_000;
const delaysMs = { first: 500, longest: 30_000 };
const usualAskAgainMs = 10 * 60 * 1_000;

/**
 * Takes in the current state before a new queue is consumed. Where it stands is told by which queues exist, so that a process
 * may die at any point and the next one goes on:
 *
 *   neither queue         nothing has begun
 *   snapshot queue        begun: the live queue collects (or soon will), the state has not been taken in
 *   live queue only       done, or never wanted
 *
 * The snapshot queue is declared first, then the live queue, then the state is asked for; when its last message has been
 * handled the snapshot queue goes. Whoever finds a snapshot queue begins anew: an entity told twice is stale the second time
 * or the same. A lock that dies with the connection lets only one process of a subscriber do so.
 */
export class CurrentState {
  /** Resolves when the live queue may be consumed. */
  readonly done: Promise<void>;
  private readonly isDone = deferred<void>();
  private readonly hasBegun = deferred<'done' | 'begun'>();
  private begun = false;
  private readonly stopping = new AbortController();
  private readonly abandoned = new AbortController();
  private running: Promise<void> | null = null;
  /** Replays whose last message has not come. */
  private readonly awaited = new Set<string>();
  private told = new AbortController();
  private cancelled = false;
  private inFlight = 0;
  private lastDeliveryAt: Date | null = null;
  private attached = false;

  constructor(private readonly options: CurrentStateOptions) {
    this.done = this.isDone.promise;
  }

  /** Resolves when the state is on its way, or another process sees to it, or it was taken in before. Rejects when it cannot be asked for. */
  start(): Promise<'done' | 'begun'> {
    this.running ??= this.run();
    return this.hasBegun.promise;
  }

  stats() {
    return { attached: this.attached, inFlight: this.inFlight, lastDeliveryAt: this.lastDeliveryAt };
  }

  async stop(timeoutMs: number): Promise<void> {
    this.stopping.abort();
    const patience = setTimeout(() => this.abandoned.abort(), timeoutMs);
    // A connection that is just being opened cannot be called back.
    await Promise.race([this.running, wait(timeoutMs + 1_000, undefined, { ref: false })]);
    clearTimeout(patience);
  }

  /** The last message of a replay, of ours or of one that was asked for before. */
  replayFinished({ replayId, outcome }: ReplayFinished): void {
    if (!this.awaited.delete(replayId)) return;
    this.cancelled ||= outcome === 'cancelled';
    if (this.awaited.size === 0) this.told.abort();
  }

  private async run(): Promise<void> {
    for (let failures = 0; !this.stopping.signal.aborted;) {
      try {
        if ((await withModel(this.options, (model) => this.round(model))) === 'done') return this.finish();
        failures = 0;
        await this.pause(lockedRetryMs);
      } catch (error) {
        if (!this.begun) return this.hasBegun.reject(error instanceof Error ? error : new Error(messageOf(error)));
        if (this.stopping.signal.aborted) return;
        const { queue, logger } = this.options;
        logger.warn({ queue, reason: messageOf(error) }, 'the current state is asked for again');
        await this.pause(retryAfterOf(error) ?? Math.min(delaysMs.longest, delaysMs.first * 2 ** failures));
        failures += 1;
      }
    }
  }

  private finish(): void {
    this.begin('done');
    this.isDone.resolve();
  }

  private begin(how: 'done' | 'begun'): void {
    this.begun = true;
    this.hasBegun.resolve(how);
  }

  private async round(model: ChannelModel): Promise<'done' | 'later'> {
    const { queue, logger } = this.options;
    const snapshot = snapshotOf(queue);
    if (!(await this.holdsLock(model))) {
      this.begin('begun');
      return 'later';
    }
    if ((await exists(model, queue)) && !(await exists(model, snapshot))) return 'done';
    await withChannel(
      () => model.createChannel(),
      async (channel) => {
        await declareQueue(channel, snapshot, consumedQueue(queue));
        await channel.purgeQueue(snapshot);
        await declareOwn(channel, this.options);
      },
    );
    await this.request(snapshot);
    logger.info({ queue }, 'the current state is taken in before live events');
    await this.takeIn(model, snapshot);
    if (this.stopping.signal.aborted) return 'later';
    await withChannel(
      () => model.createChannel(),
      (channel) => channel.deleteQueue(snapshot),
    );
    return 'done';
  }

  private async request(snapshot: string): Promise<void> {
    const { startFrom, on } = this.options;
    this.told = new AbortController();
    this.cancelled = false;
    this.awaited.clear();
    for (const id of await startFrom.currentState({ queue: snapshot, entityTypes: handledTypes(on) }))
      this.awaited.add(id);
    if (this.awaited.size === 0) this.told.abort();
    this.begin('begun');
  }

  private async takeIn(model: ChannelModel, snapshot: string): Promise<void> {
    const { concurrency: prefetch, work, startFrom } = this.options;
    const { askAgainAfterMs = usualAskAgainMs } = startFrom;
    const silence = new AbortController();
    const watch = setTimeout(() => (this.inFlight > 0 ? watch.refresh() : silence.abort()), askAgainAfterMs);
    const over = AbortSignal.any([this.told.signal, this.stopping.signal, silence.signal]);
    this.attached = true;
    try {
      await withChannel(
        () => model.createChannel(),
        (channel) =>
          consumeUntil(channel, {
            ...{ queue: snapshot, prefetch, over, abandoned: this.abandoned.signal },
            work: (delivery, gone) => {
              watch.refresh();
              return this.counted(work(delivery, gone, this.stopping.signal));
            },
          }),
      );
    } finally {
      clearTimeout(watch);
      this.attached = false;
    }
    if (this.cancelled) throw askAgain('The replay of the current state was cancelled.', askAgainAfterMs);
    if (silence.signal.aborted && !this.told.signal.aborted)
      throw askAgain('Nothing has come of the replay of the current state for too long.', 0);
  }

  private counted(work: Promise<Settlement>): Promise<Settlement> {
    this.lastDeliveryAt = new Date();
    this.inFlight += 1;
    return work.finally(() => (this.inFlight -= 1));
  }

  /** An exclusive queue belongs to the connection that declared it and goes with it. */
  private holdsLock(model: ChannelModel): Promise<boolean> {
    const lock = snapshotLockOf(this.options.queue);
    return withChannel(
      () => model.createChannel(),
      (channel) =>
        channel.assertQueue(lock, { exclusive: true, durable: false }).then(
          () => true,
          (error: unknown) => {
            if (error instanceof Error && 'code' in error && error.code === resourceLocked) return false;
            throw error;
          },
        ),
    );
  }

  private pause(ms: number): Promise<void> {
    return wait(ms, undefined, { signal: this.stopping.signal }).catch(() => undefined);
  }
}

function exists(model: ChannelModel, queue: string): Promise<boolean> {
  return withChannel(
    () => model.createChannel(),
    (channel) =>
      channel.checkQueue(queue).then(
        () => true,
        (error: unknown) => {
          if (isNotFound(error)) return false;
          throw error;
        },
      ),
  );
}

function askAgain(message: string, retryAfterMs: number): AppError {
  return new AppError('unavailable', 'subscriber.current_state_missing', message, { retryAfterMs });
}

function retryAfterOf(error: unknown): number | undefined {
  return isAppError(error) ? error.retryAfterMs : undefined;
}
