import { Injectable } from '@nestjs/common';
import { mayDecide, type DataOf, type mappingMessages, type Message } from '@firmbridge/contracts';
import { Inbox } from '@firmbridge/messaging';
import { SubscriberQueues } from '../../outbound/broker/subscriber-queues.js';
import { ReplayRepository } from '../../persistence/replay.repository.js';
import { ReplayedEntityRepository } from '../../persistence/replayed-entity.repository.js';

type ReplayEntities = Message<DataOf<typeof mappingMessages.replayEntities>>;

/** Begins a replay, or keeps one that has failed with the reason why it cannot be: who asked for it sees it either way. */
@Injectable()
export class AcceptReplay {
  constructor(
    private readonly inbox: Inbox,
    private readonly queues: SubscriberQueues,
    private readonly replays: ReplayRepository,
    private readonly entities: ReplayedEntityRepository,
  ) {}

  async execute(queue: string, command: ReplayEntities): Promise<void> {
    const refusal = await this.refusalOf(command);
    await this.inbox.once(queue, command, async (tx) => {
      const expected = refusal === null ? await this.entities.count(tx, command.tenantId, command.data) : 0;
      await this.replays.add(tx, command, { expected, refusal });
    });
  }

  private async refusalOf({ actor, data: { queue } }: ReplayEntities): Promise<string | null> {
    if (!mayDecide(actor)) return 'Only operators and admins may start a replay.';
    if (this.queues.isOurs(queue)) {
      return `The queue ${queue} belongs to the platform or to the broker: a replay goes into a queue of a subscriber.`;
    }
    return (await this.queues.exists(queue)) ? null : missingQueue(queue);
  }
}

export function missingQueue(queue: string): string {
  return `There is no queue ${queue} on the broker. The subscriber declares it when it starts.`;
}
