import { Injectable } from '@nestjs/common';
import type { EntityVersion, Message } from '@firmbridge/contracts';
import type { Tx } from '@firmbridge/database';
import { begin } from '../../domain/agreement/agreement.js';
import { isMapped, mappingOf } from '../../domain/agreement/mappings.js';
import type { LinkedEntity } from '../../domain/identity/merging.js';
import { AgreementRepository, type Pair, type StoredAgreement } from '../../persistence/agreement.repository.js';
import { ConnectionRepository } from '../../persistence/connection.repository.js';
import { LinkedEntityRepository } from '../../persistence/linked-entity.repository.js';
import type { WriteFinished } from '../write-finished.js';
import { Agree } from './agree.js';
import { KeepAnswer } from './keep-answer.js';

/** A record that was made of an entity as it was in this version. */
interface MadeRecord {
  readonly connectionId: string;
  readonly entityVersion: EntityVersion | null;
}

/** Looks at an entity whose records on both sides have just been found to be the same. */
@Injectable()
export class AgreeOnEntity {
  constructor(
    private readonly entities: LinkedEntityRepository,
    private readonly connections: ConnectionRepository,
    private readonly agreements: AgreementRepository,
    private readonly answers: KeepAnswer,
    private readonly agree: Agree,
  ) {}

  /** A record was made of the entity. */
  async made(tx: Tx, event: WriteFinished, entityId: string): Promise<void> {
    const { entityType, connectionId, entityVersion } = event.data;
    if (entityType === null) return;
    await this.answers.execute(tx, event, entityType);
    await this.execute(tx, event, entityId, { connectionId, entityVersion });
  }

  async execute(tx: Tx, cause: Message, entityId: string, made?: MadeRecord): Promise<void> {
    const { tenantId } = cause;
    await this.entities.lockLinks(tx, tenantId, [entityId]);
    const entity = (await this.entities.lock(tx, tenantId, [entityId])).get(entityId);
    if (entity === undefined || entity.deleted || !isMapped(entity.entityType)) return;
    const opened = await this.agreements.open(tx, tenantId, await this.pairsOf(tx, tenantId, entity));
    const agreements: StoredAgreement[] = [];
    for (const agreement of opened) {
      const isMade = agreement.ghl.connectionId === made?.connectionId;
      const isCurrent = isMade && isVersion(entity, made.entityVersion);
      agreements.push(isMade ? await this.begun(tx, tenantId, agreement, isCurrent) : agreement);
    }
    await this.agreements.save(
      tx,
      tenantId,
      agreements.filter((agreement) => !opened.includes(agreement)),
    );
    await this.agree.settle(tx, cause, agreements);
  }

  private async pairsOf(tx: Tx, tenantId: string, { entityType, links }: LinkedEntity): Promise<Pair[]> {
    const { resource } = mappingOf(entityType);
    const pairs: Pair[] = [];
    for (const clio of links.filter((link) => link.provider === 'clio' && link.resource === resource.clio)) {
      const partners = await this.connections.partnersOf(tx, tenantId, clio.connectionId);
      const ghl = links.filter((link) => link.resource === resource.ghl && partners.includes(link.connectionId));
      pairs.push(...ghl.map((link) => ({ entityType, clio: placeOf(clio), ghl: placeOf(link) })));
    }
    return pairs;
  }

  /** Of an entity that has changed since, the made record tells what both agreed on. */
  private async begun(
    tx: Tx,
    tenantId: string,
    agreement: StoredAgreement,
    isCurrent: boolean,
  ): Promise<StoredAgreement> {
    const copies = await this.agree.copiesOf(tx, tenantId, agreement);
    if (copies === null) return agreement;
    const agreed = isCurrent ? copies : { clio: copies.ghl, ghl: copies.ghl };
    return { ...agreement, fields: begin(mappingOf(agreement.entityType), agreement.fields, agreed) };
  }
}

const placeOf = ({ connectionId, recordId }: LinkedEntity['links'][number]) => ({ connectionId, recordId });

function isVersion({ epoch, version }: LinkedEntity, other: EntityVersion | null): boolean {
  return other !== null && other.epoch === epoch && other.n === version;
}
