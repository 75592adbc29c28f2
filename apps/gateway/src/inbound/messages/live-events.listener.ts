import { Inject, Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { messageOf, syncMessages, type DataOf, type Message } from '@firmbridge/contracts';
import { BrokerConnections, LiveSubscription } from '@firmbridge/messaging';
import { LOGGER, type Logger } from '@firmbridge/service';
import { LiveFeed } from '../../application/live-feed.js';
import { liveContracts, TellLiveEvents } from '../../application/tell-live-events.js';
import { OperationSignals } from '../../application/operation-signals.js';

const { writeFinished } = syncMessages;

/**
 * Listens to the internal events with a queue of this replica alone. Nothing is kept for a replica that is away: after a gap the
 * open pages are told again where runs stand.
 */
@Injectable()
export class LiveEventsListener implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly subscription: LiveSubscription;

  constructor(
    connections: BrokerConnections,
    tellLiveEvents: TellLiveEvents,
    private readonly feed: LiveFeed,
    operations: OperationSignals,
    @Inject(LOGGER) private readonly log: Logger,
  ) {
    this.subscription = new LiveSubscription({
      connections,
      sources: [...liveContracts, writeFinished],
      onMessage: (message) => {
        if (message.type !== writeFinished.type) tellLiveEvents.execute(message);
        else operations.ended((message as Message<DataOf<typeof writeFinished>>).data.taskId);
      },
      onGap: () => void feed.tellEveryone(),
    });
  }

  async onApplicationBootstrap(): Promise<void> {
    try {
      await this.subscription.start();
    } catch (error) {
      this.log.warn({ reason: messageOf(error) }, 'started without live events; they come when the broker does');
    }
  }

  async onModuleDestroy(): Promise<void> {
    this.feed.endAll();
    await this.subscription.close();
  }
}
