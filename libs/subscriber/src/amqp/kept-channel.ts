import { AppError, messageOf } from '@firmbridge/contracts';
import type { Channel, ChannelModel } from 'amqplib';
import type { BrokerConnection } from './broker-connection.js';
import { closeQuietly } from './close-quietly.js';
import { deferred } from './deferred.js';
import type { MessagingLogger } from './logger.js';

export interface KeptChannelOptions<C extends Channel> {
  /** For logs: `consumer of firmbridge.mapping.normalize-live`. */
  readonly name: string;
  readonly connection: BrokerConnection;
  readonly logger: MessagingLogger;
  readonly open: (model: ChannelModel) => Promise<C>;
  /** Runs on each new channel before anyone else sees it. */
  readonly prepare: (channel: C) => Promise<void>;
  /** The channel is gone; what was begun on it will not be answered. */
  readonly lost?: (channel: C) => void;
  /** The channel could not be opened or prepared; it is tried again. */
  readonly failed?: (error: unknown) => void;
}

const firstDelayMs = 50;
const longestDelayMs = 5_000;
/** A channel that lived this long was well: the next loss starts with the short delay again. */
const healthyAfterMs = 5_000;

/** Keeps one channel open over lost connections and closed channels. Each channel it hands out is used by itself only. */
export class KeptChannel<C extends Channel> {
  private channel: C | null = null;
  private building = false;
  private stopped = false;
  private attempt = 0;
  private openedAt = 0;
  private timer: NodeJS.Timeout | null = null;
  private endListening: (() => void) | null = null;
  private readonly waiting = new Set<(channel: C) => void>();

  constructor(private readonly options: KeptChannelOptions<C>) {}

  get current(): C | null {
    return this.channel;
  }

  start(): void {
    this.options.connection.start();
    this.endListening ??= this.options.connection.onUp(() => this.buildSoon(0));
  }

  /** The open channel, as soon as there is one. */
  async ready(timeoutMs: number): Promise<C> {
    this.start();
    if (this.channel !== null) return this.channel;
    const { promise, resolve, reject } = deferred<C>();
    this.waiting.add(resolve);
    const error = new AppError(
      'unavailable',
      'broker.unavailable',
      'There is no connection to the broker at the moment.',
    );
    const timer = setTimeout(() => reject(error), timeoutMs);
    return promise.finally(() => {
      clearTimeout(timer);
      this.waiting.delete(resolve);
    });
  }

  /** Gives up this channel, if it is still the open one, and opens another. */
  drop(channel: C, reason: string): void {
    if (this.channel !== channel) return;
    this.isLost(channel, reason);
    void closeQuietly(channel);
  }

  async stop(): Promise<void> {
    this.stopped = true;
    this.endListening?.();
    if (this.timer !== null) clearTimeout(this.timer);
    const channel = this.channel;
    this.channel = null;
    if (channel === null) return;
    this.options.lost?.(channel);
    await closeQuietly(channel);
  }

  private buildSoon(delayMs: number): void {
    if (this.timer !== null) clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.build(), delayMs);
  }

  private async build(): Promise<void> {
    const model = this.options.connection.current;
    // Without a connection the next `onUp` comes back here.
    if (model === null || this.stopped || this.building || this.channel !== null) return;
    this.building = true;
    try {
      this.isOpen(await this.openOn(model));
    } catch (error) {
      this.options.failed?.(error);
      this.buildSoon(this.nextDelayMs());
    } finally {
      this.building = false;
    }
  }

  private async openOn(model: ChannelModel): Promise<C> {
    const channel = await this.options.open(model);
    let reason = 'the channel was closed';
    let closed = false;
    // First of all: an error without a listener ends the process.
    channel.on('error', (error) => (reason = messageOf(error)));
    channel.on('close', () => {
      closed = true;
      this.isLost(channel, reason);
    });
    try {
      await this.options.prepare(channel);
    } catch (error) {
      void closeQuietly(channel);
      throw error;
    }
    if (closed) throw new Error(reason);
    return channel;
  }

  private isOpen(channel: C): void {
    if (this.stopped) {
      void closeQuietly(channel);
      return;
    }
    this.channel = channel;
    this.openedAt = performance.now();
    for (const resolve of this.waiting) resolve(channel);
  }

  private isLost(channel: C, reason: string): void {
    if (this.channel !== channel) return;
    this.channel = null;
    if (performance.now() - this.openedAt > healthyAfterMs) this.attempt = 0;
    this.options.logger.warn({ channel: this.options.name, reason }, 'lost a channel, opening another');
    this.options.lost?.(channel);
    this.buildSoon(this.nextDelayMs());
  }

  private nextDelayMs(): number {
    const delay = Math.min(longestDelayMs, firstDelayMs * 2 ** this.attempt);
    this.attempt += 1;
    return delay;
  }
}
