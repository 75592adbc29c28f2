import { Injectable } from '@nestjs/common';
import type { Tx } from '@firmbridge/database';
import { Inbox } from '@firmbridge/messaging';
import { findNormalizer } from '../domain/normalizers/catalogue.js';
import { AnnouncePage } from './announce-page.js';
import { ApplyPage } from './apply-page.js';
import type { NormalizeRecordsMessage } from './page-messages.js';

/**
 * Turns a page of changed records into entities and their events: one transaction from the inbox note to the outbox. An
 * entity's event is written under its lock, so the order of the outbox is the order of its versions.
 */
@Injectable()
export class NormalizeRecords {
  constructor(
    private readonly inbox: Inbox,
    private readonly applyPage: ApplyPage,
    private readonly announcePage: AnnouncePage,
  ) {}

  async execute(queue: string, command: NormalizeRecordsMessage): Promise<void> {
    await this.inbox.once(queue, command, (tx) => this.normalize(tx, command));
  }

  private async normalize(tx: Tx, command: NormalizeRecordsMessage): Promise<void> {
    const { provider, resource, connectionId, records } = command.data;
    const normalizer = findNormalizer(provider, resource);
    if (normalizer === null) return this.announcePage.refused(tx, command);
    const { entityType } = normalizer;
    const page = { tenantId: command.tenantId, connectionId, resource, entityType, records, normalizer };
    const outcome = await this.applyPage.decide(tx, page);
    // The locks are held and neither needs the other: the events are made while PostgreSQL stores the entities.
    await Promise.all([
      this.applyPage.keep(tx, page, outcome),
      this.announcePage.applied(tx, command, entityType, outcome),
    ]);
  }
}
