import { IllegalOperationError, type Channel, type ChannelModel, type ConfirmChannel } from 'amqplib';
import { EventEmitter } from 'node:events';
import { LocalChannel } from './channel.js';
import type { ChannelHome, ChannelLifecycle } from './channel-lifecycle.js';
import { LocalConfirmChannel } from './confirm-channel.js';
import type { ProtocolRefusal } from './protocol-refusal.js';
import type { VirtualHost } from './virtual-host.js';
import { Wire } from './wire.js';

const serverProperties = {
  host: 'localhost',
  product: 'Firmbridge local broker',
  version: '1.0.0',
  platform: 'Node.js and PostgreSQL',
  information: 'A broker inside the process, with the shape of amqplib.',
};

/** A connection with amqplib's promise API. Exclusive queues belong to it and die with it. */
export class LocalConnection extends EventEmitter implements ChannelModel, ChannelHome {
  readonly connection = { serverProperties };
  readonly wire: Wire;
  private readonly channels = new Set<ChannelLifecycle>();
  private isClosed = false;

  constructor(
    readonly host: VirtualHost,
    private readonly onClosed: (connection: LocalConnection) => void,
  ) {
    super();
    this.wire = new Wire(
      (error) => this.fail(error),
      () => this.resumeChannels(),
    );
  }

  createChannel(): Promise<Channel> {
    return this.open(() => new LocalChannel(this));
  }

  createConfirmChannel(): Promise<ConfirmChannel> {
    return this.open(() => new LocalConfirmChannel(this));
  }

  close(): Promise<void> {
    return new Promise((resolve) => {
      this.requireOpen();
      this.wire.send(() => {
        resolve();
        this.end(undefined);
      });
    });
  }

  updateSecret(): Promise<void> {
    return new Promise((resolve) => {
      this.requireOpen();
      this.wire.send(() => {
        this.emit('update-secret-ok');
        resolve();
      });
    });
  }

  refuse(refusal: ProtocolRefusal): void {
    const error = refusal.asClientError('Connection closed: ');
    this.wire.send(() => {
      // RabbitMQ's orderly shutdown is no error to amqplib
      if (refusal.replyCode === 320) this.end(error);
      else this.fail(error);
    });
  }

  fail(error: unknown): void {
    if (this.isClosed) return;
    const cause = error instanceof Error ? error : new Error(String(error));
    try {
      this.emit('error', cause);
    } finally {
      this.end(cause);
    }
  }

  forget(channel: ChannelLifecycle): void {
    this.channels.delete(channel);
  }

  private open<T extends LocalChannel>(create: () => T): Promise<T> {
    return new Promise((resolve) => {
      this.requireOpen();
      const channel = create();
      this.channels.add(channel);
      this.wire.send(() => resolve(channel));
    });
  }

  private end(error: Error | undefined): void {
    if (this.isClosed) return;
    this.isClosed = true;
    for (const channel of [...this.channels]) channel.end();
    this.host.connectionClosed(this);
    this.onClosed(this);
    this.emit('close', error);
  }

  private requireOpen(): void {
    if (this.isClosed) throw new IllegalOperationError('Connection closed', undefined);
  }

  private resumeChannels(): void {
    for (const channel of [...this.channels]) if (channel instanceof LocalChannel) channel.resume();
  }
}
