import { Injectable } from '@nestjs/common';
import type { Tx } from '@firmbridge/database';
import { mappingOf } from '../../domain/agreement/mappings.js';
import { AgreementRepository, type StoredAgreement } from '../../persistence/agreement.repository.js';
import { CrosswalkRepository } from '../../persistence/crosswalk.repository.js';
import { EntityRepository } from '../../persistence/entity.repository.js';

/** Locks what a page of the records would lock, in the same order: links, entities, the agreement. */
@Injectable()
export class LockPair {
  constructor(
    private readonly agreements: AgreementRepository,
    private readonly crosswalk: CrosswalkRepository,
    private readonly entities: EntityRepository,
  ) {}

  async execute(tx: Tx, tenantId: string, agreementId: string): Promise<StoredAgreement | null> {
    const found = (await this.agreements.find(tx, tenantId, [agreementId])).get(agreementId);
    if (found === undefined) return null;
    const { entityType, clio } = found;
    const resource = mappingOf(entityType).resource.clio;
    const scope = { tenantId, connectionId: clio.connectionId, resource, entityType };
    const link = (await this.crosswalk.lock(tx, scope, [clio.recordId])).get(clio.recordId);
    if (link !== undefined) await this.entities.lock(tx, tenantId, [link.entityId]);
    return this.agreements.lock(tx, tenantId, agreementId);
  }
}
