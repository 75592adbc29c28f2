import { Injectable } from '@nestjs/common';
import { Database } from '@firmbridge/database';
import { SubscriberQueues } from '../../outbound/broker/subscriber-queues.js';
import { ReplayRepository, type DueReplay } from '../../persistence/replay.repository.js';
import { missingQueue } from './accept-replay.js';
import { SendReplay } from './send-replay.js';

/**
 * Takes the next step of one replay, in one transaction that also moves its checkpoint:
 *
 * - `sending`: the next entities are locked and their current state goes through the outbox, in the order of the entity's live
 *   events. So an entity's states reach the queue in the order of their versions, whoever wrote them.
 * - `closing`: no more will be written. Different entities leave in no order, so the last message is written once the outbox
 *   holds nothing of the replay any more, which means that the broker has confirmed all of it.
 * - `closed`: nothing is left to do. So is a replay whose queue is gone, for what is sent to no queue vanishes silently.
 */
@Injectable()
export class ContinueReplay {
  constructor(
    private readonly database: Database,
    private readonly queues: SubscriberQueues,
    private readonly replays: ReplayRepository,
    private readonly sendReplay: SendReplay,
  ) {}

  async execute({ tenantId, replayId, queue }: DueReplay): Promise<void> {
    const hasQueue = await this.queues.exists(queue);
    await this.database.inTenant(tenantId, async (tx) => {
      const replay = await this.replays.claim(tx, tenantId, replayId);
      if (replay === null) return;
      if (!hasQueue) await this.replays.close(tx, replay, missingQueue(queue));
      else if (replay.stage === 'sending') await this.sendReplay.page(tx, replay);
      else await this.sendReplay.end(tx, replay);
    });
  }
}
