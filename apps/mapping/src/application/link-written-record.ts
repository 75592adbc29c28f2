import { Inject, Injectable } from '@nestjs/common';
import { newMessage, originFollowing, syncMessages } from '@firmbridge/contracts';
import type { Tx } from '@firmbridge/database';
import { Outbox } from '@firmbridge/messaging';
import { CLOCK, type Clock } from '@firmbridge/service';
import { CrosswalkRepository, type LinkOutcome } from '../persistence/crosswalk.repository.js';
import { AgreeOnEntity } from './agreement/agree-on-entity.js';
import { AskWhetherSame } from './identity/ask-whether-same.js';
import { service } from './page-messages.js';
import type { WriteFinished } from './write-finished.js';

/** Links a record with the entity it was written for, or tells what stands in the way. */
@Injectable()
export class LinkWrittenRecord {
  constructor(
    private readonly crosswalk: CrosswalkRepository,
    private readonly ask: AskWhetherSame,
    private readonly agree: AgreeOnEntity,
    private readonly outbox: Outbox,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  async execute(tx: Tx, event: WriteFinished, recordId: string): Promise<void> {
    const { connectionId, resource, entityType, entityId } = event.data;
    if (entityType === null || entityId === null) return;
    const scope = { tenantId: event.tenantId, connectionId };
    const link = await this.crosswalk.link(tx, scope, { resource, recordId, entityType, entityId });
    if (link.linkedEntityId !== link.entityId) await this.askWhetherSame(tx, event, link);
    if (link.linkedRecordId !== recordId) await this.outbox.add(tx, [this.problem(event, secondRecord, link)]);
    if (link.linkedEntityId !== link.entityId || link.linkedRecordId !== recordId) return;
    await this.agree.made(tx, event, link.entityId);
  }

  private async askWhetherSame(tx: Tx, event: WriteFinished, link: LinkOutcome): Promise<void> {
    if (event.data.entityType === 'contact') {
      const provider = event.data.provider === 'ghl' ? 'GoHighLevel' : 'Clio';
      await this.ask.execute(tx, event.tenantId, [link.entityId, link.linkedEntityId], provider);
    }
    await this.outbox.add(tx, [this.problem(event, takenRecord, link)]);
  }

  private problem(event: WriteFinished, [code, message]: readonly [string, string], link: LinkOutcome) {
    const { provider, connectionId, resource, recordId } = event.data;
    const origin = originFollowing(event, service, this.clock());
    const data = {
      service,
      code,
      message,
      provider,
      connectionId,
      resource,
      recordId,
      runId: null,
      details: { ...link },
    };
    return newMessage(syncMessages.problemRaised, data, origin);
  }
}

const takenRecord = [
  'mapping.link_taken',
  'The record on the other side already belongs to another entity; the first link was kept. Decide in the matches to review whether both are the same.',
] as const;
const secondRecord = [
  'mapping.entity_taken',
  'The entity already has another record in this account; the first link was kept. Delete or merge one of the two records there.',
] as const;
