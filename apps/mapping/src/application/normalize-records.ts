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
    const page = { tenantId: command.tenantId, connectionId, resource, records, normalizer };
    const outcome = await this.applyPage.execute(tx, page);
    await this.announcePage.applied(tx, command, normalizer.entityType, outcome);
  }
}
