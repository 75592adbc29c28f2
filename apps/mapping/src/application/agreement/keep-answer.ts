import { Injectable } from '@nestjs/common';
import { formatActor, type EntityType } from '@firmbridge/contracts';
import type { Tx } from '@firmbridge/database';
import { contextOf } from '../../domain/context.js';
import { isMapped, mappingOf } from '../../domain/agreement/mappings.js';
import { readPage } from '../../domain/record-page.js';
import { NormalizerCatalogue } from '../../domain/normalizers/catalogue.js';
import { ConnectionRepository } from '../../persistence/connection.repository.js';
import type { WriteFinished } from '../write-finished.js';
import { KeepCopies } from './keep-copies.js';

/** Keeps what a provider answered to a write: it is the newest that is known of the record, before any page brings it. */
@Injectable()
export class KeepAnswer {
  constructor(
    private readonly connections: ConnectionRepository,
    private readonly normalizers: NormalizerCatalogue,
    private readonly copies: KeepCopies,
  ) {}

  async execute(tx: Tx, { tenantId, actor, data }: WriteFinished, entityType: EntityType): Promise<void> {
    const { connectionId, provider, resource, record, recordId } = data;
    const normalizer = this.normalizers.find(provider, resource);
    const region = await this.connections.regionOf(tx, tenantId, connectionId);
    if (!record || recordId === null || normalizer === null || region === null || !isMapped(entityType)) return;
    const { revision, body } = record;
    const { readable } = readPage([{ recordId, revision, body, deleted: false }], normalizer, contextOf(region));
    const by = formatActor({ ...actor, roles: [] });
    const origin = { tenantId, connectionId, side: provider, mapping: mappingOf(entityType), by };
    const records = readable.flatMap(({ draft }) => (draft === null ? [] : [{ recordId, revision, body, draft }]));
    await this.copies.execute(tx, origin, records);
  }
}
