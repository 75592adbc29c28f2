import { Inject, Injectable } from '@nestjs/common';
import type { Tx } from '@firmbridge/database';
import { Outbox } from '@firmbridge/messaging';
import { CLOCK, type Clock } from '@firmbridge/service';
import type { Normalizer } from '../domain/normalizers/normalizer.js';
import { AgreeOnPage } from './agreement/agree-on-page.js';
import type { DecidedPage } from './apply-page.js';
import { PageMessages, type NormalizeRecordsMessage } from './page-messages.js';
import { PairContacts } from './pair-contacts.js';

/** Writes what a page led to into the outbox, also what its counterparts in other accounts are to become; and always that it was applied. */
@Injectable()
export class AnnouncePage {
  constructor(
    private readonly outbox: Outbox,
    private readonly pairContacts: PairContacts,
    private readonly agreeOnPage: AgreeOnPage,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  async applied(
    tx: Tx,
    command: NormalizeRecordsMessage,
    normalizer: Normalizer,
    { changes, redirected, rejected, counts, seen }: DecidedPage,
  ): Promise<void> {
    const messages = new PageMessages(command, this.clock());
    const scope = { tenantId: command.tenantId, connectionId: command.data.connectionId };
    await this.outbox.add(tx, [
      ...changes.map((change) => messages.entityEvent(normalizer, change)),
      ...redirected.map((entity) => messages.merged(normalizer, entity)),
      ...(normalizer.entityType === 'contact' ? await this.pairContacts.execute(tx, scope, changes, messages) : []),
      ...rejected.map((record) => messages.problem(record.code, record.reason, record)),
      messages.recordsApplied(counts),
    ]);
    const { provider, resource, cause } = command.data;
    const page = { ...scope, resource, entityType: normalizer.entityType, side: provider, seen };
    await this.agreeOnPage.execute(
      tx,
      command,
      page,
      cause === 'manual' || cause === 'mapping' ? 'caller' : 'somebody',
    );
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
