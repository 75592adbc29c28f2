import { Inject, Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { messageOf } from '@firmbridge/contracts';
import { BrokerConnections, decodeMessage, exchangeOf } from '@firmbridge/messaging';
import { LOGGER, type Logger } from '@firmbridge/service';
import type { Channel, ChannelModel } from 'amqplib';
import { LiveFeed } from '../../application/live-feed.js';
import { liveContracts, TellLiveEvents } from '../../application/tell-live-events.js';

const reopenAfterMs = 500;

/**
 * Listens to the internal events with a queue of this replica alone, which is gone when the replica is. Nothing is kept for a
 * replica that is away: after a gap the open pages are told again where runs stand.
 */
@Injectable()
export class LiveEventsListener implements OnApplicationBootstrap, OnModuleDestroy {
  private channel: Channel | null = null;
  private timer: NodeJS.Timeout | null = null;
  private endListening: (() => void) | null = null;
  private hasListened = false;
  private stopped = false;

  constructor(
    private readonly broker: BrokerConnections,
    private readonly tellLiveEvents: TellLiveEvents,
    private readonly feed: LiveFeed,
    @Inject(LOGGER) private readonly log: Logger,
  ) {}

  onApplicationBootstrap(): void {
    this.endListening = this.broker.consuming.onUp((model) => void this.open(model));
  }

  async onModuleDestroy(): Promise<void> {
    this.stopped = true;
    this.endListening?.();
    if (this.timer !== null) clearTimeout(this.timer);
    this.feed.endAll();
    await this.channel?.close();
  }

  private async open(model: ChannelModel): Promise<void> {
    if (this.stopped || model !== this.broker.consuming.current) return;
    try {
      const channel = await model.createChannel();
      // An error without a listener ends the process; `close` follows it.
      channel.on('error', (error) => this.log.warn({ reason: messageOf(error) }, 'live events were interrupted'));
      channel.on('close', () => this.isClosed(channel, model));
      this.channel = channel;
      await this.listen(channel);
    } catch (error) {
      this.log.warn({ reason: messageOf(error) }, 'live events cannot be listened to, trying again');
      this.openSoon(model);
      return;
    }
    if (this.hasListened) await this.feed.tellEveryone();
    this.hasListened = true;
  }

  private async listen(channel: Channel): Promise<void> {
    const exchange = exchangeOf(this.broker.namespace, 'events');
    const { queue } = await channel.assertQueue('', { exclusive: true, autoDelete: true, durable: false });
    for (const { routingKey } of liveContracts) await channel.bindQueue(queue, exchange, routingKey);
    await channel.consume(queue, (delivery) => delivery && this.take(delivery.content), { noAck: true });
  }

  private take(content: Buffer): void {
    try {
      this.tellLiveEvents.execute(decodeMessage(content, this.broker.contracts));
    } catch (error) {
      this.log.warn({ reason: messageOf(error) }, 'a live event was left out');
    }
  }

  private isClosed(channel: Channel, model: ChannelModel): void {
    if (this.channel !== channel) return;
    this.channel = null;
    this.openSoon(model);
  }

  /** Without a connection the next `onUp` comes back by itself. */
  private openSoon(model: ChannelModel): void {
    if (this.stopped) return;
    if (this.timer !== null) clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.open(model), reopenAfterMs);
  }
}
