import { Inject, Injectable } from '@nestjs/common';
import { AppError, type Message } from '@firmbridge/contracts';
import type { Tx } from '@firmbridge/database';
import { Outbox } from '@firmbridge/messaging';
import { CLOCK, type Clock } from '@firmbridge/service';
import { fieldChanges } from '../../domain/entity-state.js';
import { leaderOf, requireMergeable, type LinkedEntity } from '../../domain/identity/merging.js';
import { IdentityRepository } from '../../persistence/identity.repository.js';
import { LinkedEntityRepository } from '../../persistence/linked-entity.repository.js';
import { MatchReviewRepository } from '../../persistence/match-review.repository.js';
import { IdentityMessages } from './identity-messages.js';

/** Makes two entities one in the caller's transaction: links move, the absorbed id answers where it went, events tell of both. */
@Injectable()
export class JoinEntities {
  constructor(
    private readonly entities: LinkedEntityRepository,
    private readonly identities: IdentityRepository,
    private readonly reviews: MatchReviewRepository,
    private readonly outbox: Outbox,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** Both entities, with all that concerns them locked. */
  async lock(tx: Tx, tenantId: string, entityIds: readonly [string, string]): Promise<[LinkedEntity, LinkedEntity]> {
    await this.entities.lockLinks(tx, tenantId, entityIds);
    await this.identities.serialize(tx, tenantId);
    const known = await this.entities.lock(tx, tenantId, entityIds);
    const [one, other] = entityIds.map((id) => known.get(id));
    if (one !== undefined && other !== undefined) return [one, other];
    throw new AppError('not_found', 'entity.unknown', 'There is no such entity.');
  }

  /** What the survivor is afterwards. */
  async execute(
    tx: Tx,
    cause: Message,
    { absorbed, survivor }: { readonly absorbed: LinkedEntity; readonly survivor: LinkedEntity },
  ): Promise<LinkedEntity> {
    requireMergeable(absorbed, survivor);
    const { tenantId, actor } = cause;
    const gone = { ...absorbed, version: absorbed.version + 1, deleted: true, mergedInto: survivor.entityId };
    const { state, title, contentHash, normalizerVersion } = leaderOf(absorbed, survivor);
    const changes = fieldChanges(survivor.state, state);
    const links = [...survivor.links, ...absorbed.links];
    const version = survivor.version + (changes.length > 0 ? 1 : 0);
    const joined = { ...survivor, state, title, contentHash, normalizerVersion, version, links };
    await this.entities.moveAll(tx, tenantId, absorbed.entityId, survivor.entityId);
    await this.entities.save(tx, tenantId, gone);
    if (changes.length > 0) await this.entities.save(tx, tenantId, joined);
    await this.identities.hand(tx, tenantId, absorbed.entityId, survivor.entityId);
    await this.reviews.decide(tx, tenantId, [absorbed.entityId, survivor.entityId], { state: 'same', actor });
    await this.reviews.withdraw(tx, tenantId, [absorbed.entityId, survivor.entityId]);
    const messages = new IdentityMessages(cause, this.clock());
    const source = sourceOf(absorbed);
    await this.outbox.add(tx, [
      messages.entityEvent(gone, { verb: 'merged', source, mergedInto: survivor.entityId }),
      ...(changes.length > 0 ? [messages.entityEvent(joined, { verb: 'updated', source, changes })] : []),
    ]);
    return joined;
  }
}

function sourceOf({ links, entityId }: LinkedEntity) {
  const [link] = links;
  if (link !== undefined) return link;
  throw new AppError('conflict', 'identity.no_record', `No record is linked to the entity ${entityId}.`);
}
