import { Injectable } from '@nestjs/common';
import type { Tx } from '@firmbridge/database';
import { z } from 'zod';
import { EntityOfRecordRepository } from '../../persistence/entity-of-record.repository.js';
import type { WriteFinished } from '../write-finished.js';
import { AskWhetherSame } from './ask-whether-same.js';

const details = z.looseObject({ duplicate: z.looseObject({ of: z.literal('contact'), id: z.string() }) });

/**
 * GoHighLevel would not make a contact, because another one has its e-mail or phone. Whether both are the same is a person's to say; one
 * that was not read yet is compared when it is.
 */
@Injectable()
export class AskAboutDuplicate {
  constructor(
    private readonly records: EntityOfRecordRepository,
    private readonly ask: AskWhetherSame,
  ) {}

  async execute(tx: Tx, { tenantId, data }: WriteFinished): Promise<void> {
    const { connectionId, resource, entityType, entityId, problem } = data;
    const recordId = details.safeParse(problem?.details).data?.duplicate.id;
    if (entityType !== 'contact' || entityId === null || recordId === undefined) return;
    const owners = await this.records.find(tx, tenantId, [{ connectionId, resource, recordId }]);
    const owner = owners.get(`${connectionId}/${recordId}`);
    // One that belongs to the entity already was made by an earlier write; agreement brings it up to date.
    if (owner === undefined || owner.entityId === entityId) return;
    await this.ask.execute(tx, tenantId, [entityId, owner.entityId], 'GoHighLevel');
  }
}
