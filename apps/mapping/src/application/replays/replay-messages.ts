import {
  entityEvent,
  mappingMessages,
  newMessage,
  newOrigin,
  uncheckedMessage,
  type MessageOrigin,
  type OutgoingMessage,
} from '@firmbridge/contracts';
import type { OpenReplay } from '../../persistence/replay.repository.js';
import type { ReplayedEntity } from '../../persistence/replayed-entity.repository.js';
import { entityOrder, service } from '../page-messages.js';

/** The messages of one replay: all go into its queue, caused by the command that asked for it. */
export class ReplayMessages {
  constructor(
    private readonly replay: OpenReplay,
    private readonly now: Date,
  ) {}

  /** The entity as it stands. Not checked again: each state was parsed when it became the entity's. */
  entityEvent(entity: ReplayedEntity): OutgoingMessage {
    const { entityId, entityType, epoch, version, state, deleted, mergedInto, source, normalizerVersion } = entity;
    const verb = mergedInto !== null ? 'merged' : deleted ? 'deleted' : 'updated';
    const relation = mergedInto === null ? {} : { mergedInto: { type: entityType, id: mergedInto } };
    return uncheckedMessage(
      entityEvent(entityType, verb),
      { entityType, entityId, state, changes: [], cause: 'replay', source, normalizerVersion, ...relation },
      this.origin(),
      {
        subject: `${entityType}/${entityId}`,
        entityVersion: { epoch, n: version },
        orderingKey: entityOrder(this.replay.tenantId, entityId),
        queue: this.replay.queue,
      },
    );
  }

  finished(): OutgoingMessage {
    const { replayId, sent, state, queue } = this.replay;
    const outcome = state === 'cancelled' ? 'cancelled' : 'completed';
    return newMessage(mappingMessages.replayFinished, { replayId, sent, outcome }, this.origin(), {
      subject: `replay/${replayId}`,
      orderingKey: `replay/${replayId}`,
      queue,
    });
  }

  private origin(): MessageOrigin {
    const { tenantId, actor, correlationId, traceparent, commandId } = this.replay;
    const trace = traceparent === null ? {} : { traceparent };
    const origin = newOrigin({ service, tenantId, now: this.now, actor, correlationId, ...trace });
    return { ...origin, causationId: commandId };
  }
}
