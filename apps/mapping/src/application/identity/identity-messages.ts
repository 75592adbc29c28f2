import {
  entityEvent,
  newMessage,
  originFollowing,
  syncMessages,
  type DataOf,
  type EntityVerb,
  type FieldChange,
  type Message,
  type OutgoingMessage,
} from '@firmbridge/contracts';
import type { LinkedEntity, LinkedRecord } from '../../domain/identity/merging.js';
import { entityOrder, service } from '../page-messages.js';

interface Happening {
  readonly verb: EntityVerb;
  readonly source: LinkedRecord;
  readonly changes?: readonly FieldChange[];
  readonly mergedInto?: string;
  readonly splitFrom?: string;
}

/** What is told when somebody decides who is who. */
export class IdentityMessages {
  constructor(
    private readonly cause: Message,
    private readonly now: Date,
  ) {}

  entityEvent(entity: Omit<LinkedEntity, 'links'>, happening: Happening): OutgoingMessage {
    const { entityType, entityId, state, normalizerVersion, epoch, version } = entity;
    const { verb, changes = [], mergedInto, splitFrom } = happening;
    const { formerId: _formerId, ...source } = happening.source;
    return newMessage(
      entityEvent(entityType, verb),
      {
        ...{ entityType, entityId, state, changes: [...changes], cause: 'mapping', source, normalizerVersion },
        ...(mergedInto === undefined ? {} : { mergedInto: { type: entityType, id: mergedInto } }),
        ...(splitFrom === undefined ? {} : { splitFrom: { type: entityType, id: splitFrom } }),
      },
      this.origin(),
      {
        subject: `${entityType}/${entityId}`,
        entityVersion: { epoch, n: version },
        orderingKey: entityOrder(this.cause.tenantId, entityId),
      },
    );
  }

  upsertGhlContact(data: DataOf<typeof syncMessages.upsertGhlContact>): OutgoingMessage {
    return newMessage(syncMessages.upsertGhlContact, data, this.origin(), {
      orderingKey: entityOrder(this.cause.tenantId, data.entityId),
    });
  }

  private origin() {
    return originFollowing(this.cause, service, this.now);
  }
}
