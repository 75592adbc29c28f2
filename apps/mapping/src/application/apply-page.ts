import { Injectable } from '@nestjs/common';
import { AppError, type ChangedRecord, type Region } from '@firmbridge/contracts';
import type { Tx } from '@firmbridge/database';
import { contextOf } from '../domain/context.js';
import { normalizerVersion } from '../domain/normalizers/catalogue.js';
import type { Normalizer } from '../domain/normalizers/normalizer.js';
import { decidePage, mentionsOf, readPage, type PageOutcome, type ReadPage } from '../domain/record-page.js';
import { ConnectionRepository } from '../persistence/connection.repository.js';
import { CrosswalkRepository, type RecordKey, type ResourceScope } from '../persistence/crosswalk.repository.js';
import { EntityRepository } from '../persistence/entity.repository.js';
import { RecordErrorRepository } from '../persistence/record-error.repository.js';

export interface RecordPage extends ResourceScope {
  readonly records: readonly ChangedRecord[];
  readonly normalizer: Normalizer;
}

/**
 * Brings entities and crosswalk up to a page of records, in the caller's transaction and a fixed number of statements. Locks
 * are taken in one order over all pages (new links, links of the page, entities; each by key), so pages that overlap wait for
 * each other and never in a circle.
 */
@Injectable()
export class ApplyPage {
  constructor(
    private readonly connections: ConnectionRepository,
    private readonly crosswalk: CrosswalkRepository,
    private readonly entities: EntityRepository,
    private readonly recordErrors: RecordErrorRepository,
  ) {}

  /** Reserves and locks what the page touches, and decides what becomes of each record. */
  async decide(tx: Tx, page: RecordPage): Promise<PageOutcome> {
    const region = await this.regionOf(tx, page);
    const read = readPage(page.records, page.normalizer, contextOf(region));
    const ids = await this.crosswalk.reserve(tx, page, keysOf(page, read));
    const recordIds = page.records.map(({ recordId }) => recordId);
    const links = await this.crosswalk.lock(tx, page, recordIds);
    const entityIds = [...links.values()].map(({ entityId }) => entityId);
    const known = await this.entities.lock(tx, page.tenantId, entityIds);
    return decidePage(read, page.normalizer, {
      link: (recordId) => links.get(recordId),
      entity: (entityId) => known.get(entityId),
      idOf: (mention) => ids.of(mention),
    });
  }

  async keep(tx: Tx, page: RecordPage, { changes, applied, rejected }: PageOutcome): Promise<void> {
    const writing = { tenantId: page.tenantId, entityType: page.entityType, normalizerVersion };
    const entities = changes.map((change) => ({ ...change, deleted: change.verb === 'deleted' }));
    await this.entities.save(tx, writing, entities);
    await this.crosswalk.advance(tx, page, applied);
    await this.recordErrors.clear(tx, page, applied);
    await this.recordErrors.keep(tx, page, rejected);
  }

  private async regionOf(tx: Tx, { tenantId, connectionId }: RecordPage): Promise<Region> {
    const region = await this.connections.regionOf(tx, tenantId, connectionId);
    if (region !== null) return region;
    throw new AppError(
      'unavailable',
      'mapping.connection_unknown',
      'The connection of these records is not known yet: its currency and country cannot be told.',
      { details: { connectionId } },
    );
  }
}

/** The page's own records and whatever they mention, each once. */
function keysOf({ resource, entityType }: RecordPage, read: ReadPage): RecordKey[] {
  const keys = new Map<string, RecordKey>();
  const add = (key: RecordKey) => keys.set(`${key.resource}/${key.recordId}`, key);
  for (const { recordId } of read.readable) add({ resource, recordId, entityType });
  for (const mention of mentionsOf(read)) {
    add({ resource: mention.resource, recordId: mention.recordId, entityType: mention.type });
  }
  return [...keys.values()];
}
