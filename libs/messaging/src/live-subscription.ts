import { messageOf, type Message } from '@firmbridge/contracts';
import type { Channel, ConsumeMessage } from 'amqplib';
import { decodeMessage } from '@firmbridge/subscriber/amqp';
import type { BrokerConnections } from './connections.js';
import { KeptChannel } from '@firmbridge/subscriber/amqp';
import { bindingPattern, exchangeOf, type MessageSource } from './topology.js';

export interface LiveSubscriptionOptions {
  readonly connections: BrokerConnections;
  readonly sources: readonly MessageSource[];
  readonly onMessage: (message: Message) => void;
  /** The subscription was interrupted and is back: messages in between were missed, so read the current state again. */
  readonly onGap?: () => void;
}

/** Messages a slow reader may be behind before the oldest are dropped. */
const mostWaiting = 10_000;

/**
 * Messages as they happen, for as long as this process looks: each replica has its own queue, which ends with its
 * connection. Nothing is kept, repeated or retried; for work use a queue of the manifest.
 */
export class LiveSubscription {
  private readonly kept: KeptChannel<Channel>;
  private wasOpen = false;

  constructor(private readonly options: LiveSubscriptionOptions) {
    const { connections } = options;
    this.kept = new KeptChannel({
      name: 'live subscription',
      connection: connections.consuming,
      logger: connections.logger,
      open: (model) => model.createChannel(),
      prepare: (channel) => this.subscribe(channel),
      failed: (error) => {
        connections.logger.warn({ reason: messageOf(error) }, 'cannot subscribe, trying again');
      },
    });
  }

  /** Resolves when messages arrive; rejects when the broker cannot be reached in time, and goes on trying. */
  async start(timeoutMs = 10_000): Promise<void> {
    await this.kept.ready(timeoutMs);
  }

  async close(): Promise<void> {
    await this.kept.stop();
  }

  private async subscribe(channel: Channel): Promise<void> {
    const { queue } = await channel.assertQueue('', {
      exclusive: true,
      durable: false,
      autoDelete: true,
      arguments: { 'x-max-length': mostWaiting },
    });
    for (const source of this.options.sources) {
      const { exchange, pattern } = bindingPattern({ source });
      await channel.bindQueue(queue, exchangeOf(this.options.connections.namespace, exchange), pattern);
    }
    await channel.consume(queue, (delivery) => this.take(channel, delivery), { noAck: true });
    if (this.wasOpen) this.options.onGap?.();
    this.wasOpen = true;
  }

  private take(channel: Channel, delivery: ConsumeMessage | null): void {
    if (delivery === null) {
      this.kept.drop(channel, 'the broker ended the subscription');
      return;
    }
    const { connections, onMessage } = this.options;
    try {
      onMessage(decodeMessage(delivery.content, connections.contracts));
    } catch (error) {
      connections.logger.warn({ err: error, type: delivery.properties.type as unknown }, 'a live message was skipped');
    }
  }
}
