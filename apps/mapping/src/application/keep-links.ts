import { Inject, Injectable } from '@nestjs/common';
import { newMessage, originFollowing, syncMessages, type DataOf, type Message } from '@firmbridge/contracts';
import { Inbox, Outbox } from '@firmbridge/messaging';
import { CLOCK, type Clock } from '@firmbridge/service';
import { CrosswalkRepository } from '../persistence/crosswalk.repository.js';
import { service } from './page-messages.js';

type WriteFinished = Message<DataOf<typeof syncMessages.writeFinished>>;

/**
 * Links the record a write made or found with its entity. A write that was refused or whose outcome is unknown leaves no
 * link; the sync service that tried it has raised the problem.
 */
@Injectable()
export class KeepLinks {
  constructor(
    private readonly inbox: Inbox,
    private readonly outbox: Outbox,
    private readonly crosswalk: CrosswalkRepository,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  async execute(queue: string, event: WriteFinished): Promise<void> {
    const { connectionId, resource, recordId, entityId, entityType, outcome } = event.data;
    if (outcome !== 'succeeded' || recordId === null) return;
    await this.inbox.once(queue, event, async (tx) => {
      const scope = { tenantId: event.tenantId, connectionId };
      const linked = await this.crosswalk.link(tx, scope, { resource, recordId, entityType, entityId });
      if (linked !== entityId) await this.outbox.add(tx, [this.conflict(event, linked)]);
    });
  }

  /** The provider took two of our entities for one: a person must say which they are. */
  private conflict(event: WriteFinished, linkedEntityId: string) {
    const { provider, connectionId, resource, recordId, entityId } = event.data;
    return newMessage(
      syncMessages.problemRaised,
      {
        service,
        code: 'mapping.link_taken',
        message: 'The record on the other side already belongs to another entity; the first link was kept.',
        provider,
        connectionId,
        resource,
        recordId,
        runId: null,
        details: { entityId, linkedEntityId },
      },
      originFollowing(event, service, this.clock()),
    );
  }
}
