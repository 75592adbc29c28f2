import { Inject, Injectable } from '@nestjs/common';
import type { EntityType } from '@firmbridge/contracts';
import type { Tx } from '@firmbridge/database';
import { Outbox } from '@firmbridge/messaging';
import { CLOCK, type Clock } from '@firmbridge/service';
import type { PageOutcome } from '../domain/record-page.js';
import { PageMessages, type NormalizeRecordsMessage } from './page-messages.js';
import { PairContacts } from './pair-contacts.js';

/** Writes what a page led to into the outbox; last of all, and always, that the page was applied. */
@Injectable()
export class AnnouncePage {
  constructor(
    private readonly outbox: Outbox,
    private readonly pairContacts: PairContacts,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  async applied(
    tx: Tx,
    command: NormalizeRecordsMessage,
    entityType: EntityType,
    { changes, rejected, counts }: PageOutcome,
  ): Promise<void> {
    const messages = new PageMessages(command, this.clock());
    const scope = { tenantId: command.tenantId, connectionId: command.data.connectionId };
    await this.outbox.add(tx, [
      ...changes.map((change) => messages.entityEvent(entityType, change)),
      ...(entityType === 'contact' ? await this.pairContacts.execute(tx, scope, changes, messages) : []),
      ...rejected.map((record) => messages.problem(record.code, record.reason, record)),
      messages.recordsApplied(counts),
    ]);
  }

  /** A resource nobody here can read must not hold up the run that fetched it. */
  async refused(tx: Tx, command: NormalizeRecordsMessage): Promise<void> {
    const messages = new PageMessages(command, this.clock());
    const { provider, resource, records } = command.data;
    const none = { created: 0, updated: 0, deleted: 0, unchanged: 0, stale: 0 };
    await this.outbox.add(tx, [
      messages.problem('mapping.resource_unknown', `Records of ${provider} ${resource} cannot be normalized.`),
      messages.recordsApplied({ ...none, rejected: records.length }),
    ]);
  }
}
