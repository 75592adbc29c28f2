import { IllegalOperationError, type Connection } from 'amqplib';
import { EventEmitter } from 'node:events';
import { ProtocolRefusal } from './protocol-refusal.js';
import type { VirtualHost } from './virtual-host.js';
import type { Wire } from './wire.js';

/** What a channel has of its connection. */
export interface ChannelHome {
  readonly host: VirtualHost;
  readonly wire: Wire;
  readonly connection: Connection;
  /** The broker ends the whole connection. */
  refuse(refusal: ProtocolRefusal): void;
  /** A listener threw. */
  fail(error: unknown): void;
  forget(channel: ChannelLifecycle): void;
}

/**
 * open -> closing (the client called close, or its listener threw) -> closed; using it meanwhile throws, as in amqplib.
 * open -> refused (the broker closes it; the client does not know yet and what it still sends is ignored) -> closed.
 */
type ChannelState = 'open' | 'refused' | 'closing' | 'closed';

/** Opening, calling and closing, as an amqplib channel does it. */
export abstract class ChannelLifecycle extends EventEmitter {
  private state: ChannelState = 'open';
  private readonly waitingCalls = new Set<(error: Error) => void>();

  constructor(protected readonly home: ChannelHome) {
    super();
  }

  close(): Promise<void> {
    return new Promise((resolve) => {
      this.requireUsable();
      this.leave('closing', () => resolve());
    });
  }

  /** The connection is gone, and this channel with it. */
  end(): void {
    if (this.state === 'open') this.release();
    this.finish();
  }

  get isOpen(): boolean {
    return this.state === 'open';
  }

  /** Gives back what the broker holds for this channel: consumers, unacknowledged messages. */
  protected abstract release(): void;

  /** Called once it is closed, before the `close` event. */
  protected abstract closed(): void;

  /** Throws when it is closed. False when the broker would ignore what is sent. */
  protected requireUsable(): boolean {
    if (this.state === 'closed') throw new IllegalOperationError('Channel closed', undefined);
    if (this.state === 'closing') throw new IllegalOperationError('Channel closing', undefined);
    return this.state === 'open';
  }

  /** A frame to the client; lost when the client has closed meanwhile. */
  protected send(frame: () => void): void {
    this.home.wire.send(() => {
      if (this.state === 'open' || this.state === 'refused') frame();
    });
  }

  /** A call and its reply. The reply waits until what it promises is on disk. */
  protected call<T>(method: string, work: () => T | Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      const isHeard = this.requireUsable();
      this.waitingCalls.add(reject);
      if (!isHeard) return;
      this.perform(work).then(
        (result) => this.send(() => this.waitingCalls.delete(reject) && resolve(result)),
        (error: unknown) => this.failCall(error, method, reject),
      );
    });
  }

  /** Runs what the client sent; a refusal closes the channel. */
  protected attempt(work: () => void): void {
    try {
      work();
    } catch (error) {
      if (!(error instanceof ProtocolRefusal)) throw error;
      this.refuse(error);
    }
  }

  /** As amqplib does when a consumer's callback throws. */
  protected closeBecauseListenerThrew(error: unknown): void {
    if (this.state !== 'open') return;
    const failure = error instanceof Error ? error : new Error(String(error));
    this.leave('closing', () => this.emit('error', Object.assign(failure, { code: 541 })));
  }

  private async perform<T>(work: () => T | Promise<T>): Promise<T> {
    const result = await work();
    await this.home.host.journal.changesCommitted();
    return result;
  }

  private failCall(error: unknown, method: string, reject: (error: unknown) => void): void {
    if (!(error instanceof ProtocolRefusal)) {
      this.send(() => this.waitingCalls.delete(reject) && reject(error));
      return;
    }
    this.refuse(error, () => {
      this.waitingCalls.delete(reject);
      reject(error.asClientError(`Operation failed: ${method}; `));
    });
  }

  private refuse(refusal: ProtocolRefusal, answer: () => void = () => undefined): void {
    if (this.state !== 'open') return;
    if (refusal.endsConnection) return this.home.refuse(refusal);
    this.leave('refused', () => {
      answer();
      this.emit('error', refusal.asClientError('Channel closed by server: '));
    });
  }

  private leave(state: 'refused' | 'closing', tellClient: () => void): void {
    this.state = state;
    this.release();
    this.home.wire.send(() => {
      if (this.state === 'closed') return;
      try {
        tellClient();
      } finally {
        this.finish();
      }
    });
  }

  private finish(): void {
    if (this.state === 'closed') return;
    this.state = 'closed';
    this.home.forget(this);
    for (const reject of this.waitingCalls) reject(new Error('Channel ended, no reply will be forthcoming'));
    this.waitingCalls.clear();
    this.closed();
    this.emit('close');
  }
}
