import { Inject, Injectable } from '@nestjs/common';
import { AppError, type DataOf, type EntityState, type identityMessages, type Message } from '@firmbridge/contracts';
import type { Tx } from '@firmbridge/database';
import { Outbox } from '@firmbridge/messaging';
import { CLOCK, type Clock } from '@firmbridge/service';
import { randomUUID } from 'node:crypto';
import { blockingKeys, profileOf } from '../../domain/identity/profile.js';
import { refusal, type LinkedEntity } from '../../domain/identity/merging.js';
import { IdentityRepository } from '../../persistence/identity.repository.js';
import { LinkedEntityRepository } from '../../persistence/linked-entity.repository.js';
import { MatchReviewRepository } from '../../persistence/match-review.repository.js';
import { IdentityMessages } from './identity-messages.js';

type Question = typeof identityMessages.splitEntity;

/**
 * In the caller's transaction: gives a record an entity of its own: the one it had before a merge, else a new one that begins with the state they had in common.
 * That both are different is remembered.
 */
@Injectable()
export class SplitOff {
  constructor(
    private readonly entities: LinkedEntityRepository,
    private readonly identities: IdentityRepository,
    private readonly reviews: MatchReviewRepository,
    private readonly outbox: Outbox,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  async execute(tx: Tx, message: Message<DataOf<Question>>): Promise<string> {
    const { tenantId, data } = message;
    const { entity, record } = await this.lock(tx, tenantId, data);
    const former =
      record.formerId === null
        ? undefined
        : (await this.entities.lock(tx, tenantId, [record.formerId])).get(record.formerId);
    const own = ownEntity(entity, former);
    await this.entities.save(tx, tenantId, own);
    await this.entities.moveOne(tx, tenantId, record, own.entityId);
    await this.entities.expectAgain(tx, tenantId, entity.entityId);
    await this.entities.dissolve(tx, tenantId, entity.entityType, record);
    await this.keepKeys(tx, tenantId, { entity, own, connectionId: record.connectionId });
    const pair = [entity.entityId, own.entityId] as const;
    await this.reviews.decide(tx, tenantId, pair, { state: 'different', actor: message.actor });
    const messages = new IdentityMessages(message, this.clock());
    const split = { verb: 'split', source: record, splitFrom: entity.entityId } as const;
    await this.outbox.add(tx, [messages.entityEvent(own, split)]);
    return own.entityId;
  }

  private async lock(tx: Tx, tenantId: string, { entityId, connectionId, resource, recordId }: DataOf<Question>) {
    await this.entities.lockLinks(tx, tenantId, [entityId]);
    await this.identities.serialize(tx, tenantId);
    const entity = (await this.entities.lock(tx, tenantId, [entityId])).get(entityId);
    if (entity === undefined) throw new AppError('not_found', 'entity.unknown', 'There is no such entity.');
    const record = entity.links.find(
      (link) => link.connectionId === connectionId && link.resource === resource && link.recordId === recordId,
    );
    if (record === undefined) {
      throw new AppError(
        'not_found',
        'identity.record_unknown',
        'This record does not belong to the entity. Look it up again.',
      );
    }
    if (entity.links.length > 1) return { entity, record };
    throw refusal(
      'identity.nothing_to_split',
      'This is the only record of the entity: there is nothing to split it from.',
    );
  }

  /** Under what both are found: each among the contacts of the accounts it has records in. */
  private async keepKeys(
    tx: Tx,
    tenantId: string,
    { entity, own, connectionId }: { entity: LinkedEntity; own: Omit<LinkedEntity, 'links'>; connectionId: string },
  ): Promise<void> {
    if (entity.entityType !== 'contact') return;
    const keysOf = (state: object) => blockingKeys(profileOf(state as EntityState<'contact'>));
    await this.identities.keep(tx, tenantId, connectionId, [
      { id: entity.entityId, keys: [] },
      { id: own.entityId, keys: keysOf(own.state) },
    ]);
    const others = entity.links.filter((link) => link.connectionId !== connectionId);
    for (const link of others) {
      await this.identities.keep(tx, tenantId, link.connectionId, [
        { id: entity.entityId, keys: keysOf(entity.state) },
      ]);
    }
  }
}

function ownEntity(entity: LinkedEntity, former: LinkedEntity | undefined): Omit<LinkedEntity, 'links'> {
  const back = { deleted: false, mergedInto: null };
  if (former?.mergedInto === entity.entityId) {
    const title = former.title === '' ? entity.title : former.title;
    return { ...former, ...back, title, version: former.version + 1 };
  }
  const { links: _links, ...rest } = entity;
  return { ...rest, ...back, entityId: randomUUID(), version: 1 };
}
