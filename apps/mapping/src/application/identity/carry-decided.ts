import { Inject, Injectable } from '@nestjs/common';
import type { Message } from '@firmbridge/contracts';
import type { Tx } from '@firmbridge/database';
import { Outbox } from '@firmbridge/messaging';
import { CLOCK, type Clock } from '@firmbridge/service';
import type { LinkedEntity } from '../../domain/identity/merging.js';
import { MatchReviewRepository } from '../../persistence/match-review.repository.js';
import { AgreeOnEntity } from '../agreement/agree-on-entity.js';
import { PairContacts } from '../pair-contacts.js';
import { IdentityMessages } from './identity-messages.js';

/** Brings contacts of Clio over that had to wait until it was known who they are, and together with those that they turned out to be. */
@Injectable()
export class CarryDecided {
  constructor(
    private readonly reviews: MatchReviewRepository,
    private readonly pairContacts: PairContacts,
    private readonly agree: AgreeOnEntity,
    private readonly outbox: Outbox,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  async execute(tx: Tx, cause: Message, entities: readonly LinkedEntity[]): Promise<void> {
    const { tenantId } = cause;
    const waiting = await this.reviews.pendingAmong(
      tx,
      tenantId,
      entities.map(({ entityId }) => entityId),
    );
    const messages = new IdentityMessages(cause, this.clock());
    for (const entity of entities.filter(({ entityId, deleted }) => !deleted && !waiting.has(entityId))) {
      const clio = entity.links.find(({ provider }) => provider === 'clio');
      if (clio === undefined) continue;
      await this.outbox.add(
        tx,
        await this.pairContacts.carry(tx, { tenantId, connectionId: clio.connectionId }, [entity], messages),
      );
      await this.agree.execute(tx, cause, entity.entityId);
    }
  }
}
