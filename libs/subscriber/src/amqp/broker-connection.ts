import { AppError, messageOf } from '@firmbridge/contracts';
import type { ChannelModel, connect, RecoveringChannelModel } from 'amqplib';
import { deferred } from './deferred.js';
import type { MessagingLogger } from './logger.js';

/** `connect` of amqplib, or of a broker with its shape. */
export type BrokerConnect = typeof connect;

export interface BrokerConnectionOptions {
  readonly connect: BrokerConnect;
  readonly url: string;
  /** Shown by the broker beside the connection: `clio-sync publish`. */
  readonly name: string;
  readonly logger: MessagingLogger;
}

const heartbeatSeconds = 15;
const reconnectDelaysMs = { initialDelay: 100, maxDelay: 2_000 };

/** One connection that comes back by itself for ever. Who needs it is told each time it is up. */
export class BrokerConnection {
  private model: ChannelModel | null = null;
  private recovering: Promise<RecoveringChannelModel> | null = null;
  private readonly listeners = new Set<(model: ChannelModel) => void>();
  private closed = false;

  constructor(private readonly options: BrokerConnectionOptions) {}

  get current(): ChannelModel | null {
    return this.model;
  }

  /** Calls back at once when the connection is up, and after each reconnection. Returns how to end that. */
  onUp(listener: (model: ChannelModel) => void): () => void {
    this.listeners.add(listener);
    if (this.model !== null) listener(this.model);
    return () => this.listeners.delete(listener);
  }

  /** Begins to connect; repeating it does nothing. */
  start(): void {
    this.recovering ??= this.connect();
  }

  /** Resolves when the connection is up; rejects when it is not within this time. */
  async up(timeoutMs: number): Promise<void> {
    this.start();
    if (this.model !== null) return;
    const { promise, resolve, reject } = deferred<void>();
    const end = this.onUp(() => resolve());
    const timer = setTimeout(() => reject(this.unreachable()), timeoutMs);
    await promise.finally(() => {
      clearTimeout(timer);
      end();
    });
  }

  async close(): Promise<void> {
    this.closed = true;
    this.model = null;
    this.listeners.clear();
    if (this.recovering !== null) await (await this.recovering).close();
  }

  private async connect(): Promise<RecoveringChannelModel> {
    const { url, name, logger } = this.options;
    const recovering = await this.options.connect(withHeartbeat(url), {
      clientProperties: { connection_name: name },
      recovery: {
        ...reconnectDelaysMs,
        // `connect` must resolve while the broker is away, so that it can be closed and so that failures are heard.
        waitForConnect: false,
        setup: (model: ChannelModel) => {
          // Without this listener an error between opening and recovery's own listeners ends the process.
          model.on('error', () => undefined);
          return Promise.resolve();
        },
      },
    });
    recovering.on('connect', (model) => this.isUp(model));
    recovering.on('disconnect', (error) => this.isDown(error));
    recovering.on('connect-failed', (error) => {
      logger.warn({ connection: name, reason: messageOf(error) }, 'the broker cannot be reached, trying again');
    });
    recovering.on('error', (error) => logger.warn({ connection: name, reason: messageOf(error) }, 'broker error'));
    recovering.on('handler-error', (error: unknown) => {
      logger.error({ connection: name, err: error }, 'a listener of the broker connection failed');
    });
    return recovering;
  }

  private isUp(model: ChannelModel): void {
    if (this.closed) return;
    this.model = model;
    this.options.logger.info({ connection: this.options.name }, 'connected to the broker');
    for (const listener of this.listeners) listener(model);
  }

  private isDown(error: Error): void {
    this.model = null;
    if (this.closed) return;
    this.options.logger.warn({ connection: this.options.name, reason: messageOf(error) }, 'lost the broker');
  }

  private unreachable(): AppError {
    return new AppError(
      'unavailable',
      'broker.unavailable',
      `The broker at ${placeOf(this.options.url)} does not answer.`,
    );
  }
}

/** An address without its credentials. */
export function placeOf(url: string): string {
  const { protocol, host, pathname } = new URL(url);
  return `${protocol}//${host}${pathname}`;
}

/** A dead peer is noticed within two heartbeats; the server would propose 60 s. */
function withHeartbeat(url: string): string {
  const address = new URL(url);
  if (!address.protocol.startsWith('amqp') || address.searchParams.has('heartbeat')) return url;
  address.searchParams.set('heartbeat', String(heartbeatSeconds));
  return address.href;
}
