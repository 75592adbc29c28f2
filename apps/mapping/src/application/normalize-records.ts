import { Injectable } from '@nestjs/common';
import { AppError } from '@firmbridge/contracts';
import type { Tx } from '@firmbridge/database';
import { Inbox } from '@firmbridge/messaging';
import { NormalizerCatalogue } from '../domain/normalizers/catalogue.js';
import type { Normalizer } from '../domain/normalizers/normalizer.js';
import type { ResourceScope } from '../persistence/crosswalk.repository.js';
import { RenormalizationRepository } from '../persistence/renormalization.repository.js';
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
    private readonly normalizers: NormalizerCatalogue,
    private readonly renormalizations: RenormalizationRepository,
    private readonly applyPage: ApplyPage,
    private readonly announcePage: AnnouncePage,
  ) {}

  async execute(queue: string, command: NormalizeRecordsMessage): Promise<void> {
    await this.inbox.once(queue, command, (tx) => this.normalize(tx, command));
  }

  private async normalize(tx: Tx, command: NormalizeRecordsMessage): Promise<void> {
    const { provider, resource, connectionId, records, cause } = command.data;
    const normalizer = this.normalizers.find(provider, resource);
    if (normalizer === null) return this.announcePage.refused(tx, command);
    const { entityType } = normalizer;
    const scope = { tenantId: command.tenantId, connectionId, resource, entityType };
    const isRenormalizing = cause === 'renormalized';
    if (isRenormalizing) await this.leaveToNewer(tx, scope, normalizer);
    const page = { ...scope, records, normalizer, isRenormalizing };
    const outcome = await this.applyPage.decide(tx, page);
    // The locks are held and neither needs the other: the events are made while PostgreSQL stores the entities.
    await Promise.all([
      this.applyPage.keep(tx, page, outcome),
      this.announcePage.applied(tx, command, normalizer, outcome),
    ]);
  }

  /** A replica of an older version that is not yet replaced would find nothing to do, and the records would be missed. */
  private async leaveToNewer(tx: Tx, scope: ResourceScope, { version }: Normalizer): Promise<void> {
    const asked = await this.renormalizations.versionOf(tx, scope);
    if (asked === null || asked <= version) return;
    throw new AppError(
      'unavailable',
      'mapping.normalizer_outdated',
      `Version ${asked} of the normalizer of ${scope.resource} asked for these records; this one is ${version}.`,
    );
  }
}
