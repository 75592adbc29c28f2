import type { Channel, ChannelModel, ConfirmChannel, RecoveringChannelModel, RecoveryOptions } from 'amqplib';
import { EventEmitter } from 'node:events';
import { Countdown } from './countdown.js';
import { deferred, type Deferred } from './deferred.js';

const defaults = { initialDelay: 100, maxDelay: 30_000, factor: 2, jitter: 0.2 };
const forwarded = ['blocked', 'unblocked', 'error', 'update-secret-ok', 'handler-error'];

export interface RecoveringConnectionOptions {
  readonly dial: () => Promise<ChannelModel>;
  readonly recovery: RecoveryOptions;
  /** False once there is nothing left to connect to. */
  readonly canComeBack: () => boolean;
  readonly random: () => number;
}

/** amqplib's recovering connection: dials again whenever the connection or its `setup` fails, until closed. */
export class RecoveringConnection extends EventEmitter implements RecoveringChannelModel {
  private model: ChannelModel | undefined;
  private readonly first = deferred<void>();
  private waiting: Deferred<ChannelModel>[] = [];
  private readonly redial = new Countdown(() => void this.connect());
  private attempt = 0;
  private wasConnected = false;
  private ending: Error | undefined;

  constructor(private readonly options: RecoveringConnectionOptions) {
    super();
    // who does not wait for the first connection hears of its failure by event
    this.first.promise.catch(() => undefined);
    // later, so that listeners can be attached before the first attempt
    setImmediate(() => void this.connect());
  }

  async waitForConnect(): Promise<this> {
    await this.first.promise;
    return this;
  }

  async close(): Promise<void> {
    if (this.ending) return;
    this.stop(new Error('Connection closed'));
    const model = this.model;
    this.model = undefined;
    if (model) await this.closeQuietly(model);
  }

  async createChannel(): Promise<Channel> {
    return (await this.connected()).createChannel();
  }

  async createConfirmChannel(): Promise<ConfirmChannel> {
    return (await this.connected()).createConfirmChannel();
  }

  async updateSecret(newSecret: Buffer, reason: string): Promise<void> {
    await (await this.connected()).updateSecret(newSecret, reason);
  }

  private connected(): Promise<ChannelModel> {
    if (this.model) return Promise.resolve(this.model);
    if (this.ending) return Promise.reject(this.ending);
    const waiter = deferred<ChannelModel>();
    this.waiting.push(waiter);
    return waiter.promise;
  }

  private async connect(): Promise<void> {
    if (this.ending) return;
    let model: ChannelModel | undefined;
    try {
      model = await this.options.dial();
      await runSetup(this.options.recovery.setup, model);
    } catch (error) {
      if (model) await this.closeQuietly(model);
      const failure = error instanceof Error ? error : new Error(String(error));
      if (this.ending) return;
      this.emit('connect-failed', failure);
      return this.retry(failure);
    }
    if (this.ending) return this.closeQuietly(model);
    this.adopt(model);
  }

  private adopt(model: ChannelModel): void {
    this.model = model;
    this.attempt = 0;
    this.wasConnected = true;
    for (const event of forwarded) model.on(event, (...values: unknown[]) => this.emit(event, ...values));
    model.on('close', (error?: Error) => this.lost(model, error ?? new Error('Connection closed')));
    this.first.resolve();
    for (const waiter of this.waiting.splice(0)) waiter.resolve(model);
    this.emit('connect', model);
  }

  private lost(model: ChannelModel, error: Error): void {
    if (this.model !== model) return;
    this.model = undefined;
    this.emit('disconnect', error);
    this.retry(error);
  }

  private retry(error: Error): void {
    const { maxRetries = Infinity, initialMaxRetries = maxRetries } = this.options.recovery;
    const isExhausted = this.attempt >= (this.wasConnected ? maxRetries : initialMaxRetries);
    if (isExhausted || !this.options.canComeBack()) {
      this.stop(error);
      this.emit('reconnect-failed', error);
      return;
    }
    const delay = this.nextDelay(++this.attempt);
    this.emit('reconnect-scheduled', { attempt: this.attempt, delay, error });
    this.redial.start(delay);
  }

  private nextDelay(attempt: number): number {
    const { calculateDelay, ...own } = this.options.recovery;
    if (calculateDelay) return Math.round(calculateDelay(attempt));
    const { initialDelay, maxDelay, factor, jitter } = { ...defaults, ...own };
    const base = Math.min(maxDelay / (1 + jitter), initialDelay * factor ** (attempt - 1));
    return Math.round(base * (1 + jitter * (2 * this.options.random() - 1)));
  }

  private stop(error: Error): void {
    this.ending = error;
    this.redial.stop();
    this.first.reject(error);
    for (const waiter of this.waiting.splice(0)) waiter.reject(error);
  }

  /** It may have been closed by the very failure that brought us here. */
  private async closeQuietly(model: ChannelModel): Promise<void> {
    await model.close().catch(() => undefined);
  }
}

function runSetup(setup: RecoveryOptions['setup'], model: ChannelModel): Promise<void> {
  if (!setup) return Promise.resolve();
  return new Promise((resolve, reject) => {
    const done = (error?: Error) => (error ? reject(error) : resolve());
    const returned: unknown = setup.length >= 2 ? setup(model, done) : setup(model, () => undefined);
    if (setup.length < 2) Promise.resolve(returned).then(() => resolve(), reject);
  });
}
