import {
  entityEvent,
  mappingMessages,
  newMessage,
  originFollowing,
  syncMessages,
  uncheckedMessage,
  type DataOf,
  type Message,
  type OutgoingMessage,
} from '@firmbridge/contracts';
import type { Normalizer } from '../domain/normalizers/normalizer.js';
import type { PageOutcome, PlannedChange } from '../domain/record-page.js';
import type { RedirectedEntity } from '../persistence/entity.repository.js';

export const service = 'mapping';

export type NormalizeRecordsMessage = Message<DataOf<typeof mappingMessages.normalizeRecords>>;

/** What happens to an entity leaves in the order in which it happened. */
export function entityOrder(tenantId: string, entityId: string): string {
  return `${tenantId}/${entityId}`;
}

/** The messages that one page leads to, all caused by the command that brought it. */
export class PageMessages {
  constructor(
    private readonly command: NormalizeRecordsMessage,
    private readonly now: Date,
  ) {}

  /** Not checked again: each state was parsed when it was decided on, and the rest is made here. */
  entityEvent({ entityType, version: normalizerVersion }: Normalizer, change: PlannedChange): OutgoingMessage {
    const { connectionId, provider, resource, cause } = this.command.data;
    const { entityId, state, changes, recordId, revision, epoch, version } = change;
    const source = { provider, connectionId, resource, recordId, revision };
    return uncheckedMessage(
      entityEvent(entityType, change.verb),
      { entityType, entityId, state, changes, cause, source, normalizerVersion },
      this.origin(),
      {
        subject: `${entityType}/${entityId}`,
        entityVersion: { epoch, n: version },
        orderingKey: entityOrder(this.command.tenantId, entityId),
      },
    );
  }

  /** The id that other entities mention is another one's now. */
  merged({ entityType, version: normalizerVersion }: Normalizer, redirected: RedirectedEntity): OutgoingMessage {
    const { connectionId, provider, resource, cause } = this.command.data;
    const { entityId, intoId, state, recordId, revision } = redirected;
    const source = { provider, connectionId, resource, recordId, revision };
    const mergedInto = { type: entityType, id: intoId };
    return uncheckedMessage(
      entityEvent(entityType, 'merged'),
      { entityType, entityId, state, changes: [], cause, source, normalizerVersion, mergedInto },
      this.origin(),
      {
        subject: `${entityType}/${entityId}`,
        entityVersion: { epoch: 0, n: 1 },
        orderingKey: entityOrder(this.command.tenantId, entityId),
      },
    );
  }

  recordsApplied(counts: PageOutcome['counts']): OutgoingMessage {
    const { connectionId, provider, resource, runId, records } = this.command.data;
    return newMessage(
      mappingMessages.recordsApplied,
      { connectionId, provider, resource, runId, commandId: this.command.id, received: records.length, ...counts },
      this.origin(),
    );
  }

  problem(code: string, message: string, record?: { recordId: string; revision: number }): OutgoingMessage {
    const { connectionId, provider, resource, runId } = this.command.data;
    return newMessage(
      syncMessages.problemRaised,
      {
        service,
        code,
        message,
        provider,
        connectionId,
        resource,
        recordId: record?.recordId ?? null,
        runId,
        details: record ? { revision: record.revision } : { records: this.command.data.records.length },
      },
      this.origin(),
    );
  }

  upsertGhlContact(data: DataOf<typeof syncMessages.upsertGhlContact>): OutgoingMessage {
    return newMessage(syncMessages.upsertGhlContact, data, this.origin(), {
      orderingKey: entityOrder(this.command.tenantId, data.entityId),
    });
  }

  private origin() {
    return originFollowing(this.command, service, this.now);
  }
}
