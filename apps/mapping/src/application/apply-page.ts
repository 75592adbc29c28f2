import { Injectable } from '@nestjs/common';
import { AppError, type ChangedRecord, type Region } from '@firmbridge/contracts';
import type { Tx } from '@firmbridge/database';
import { contextOf } from '../domain/context.js';
import type { KnownEntity } from '../domain/entity-change.js';
import type { Normalizer } from '../domain/normalizers/normalizer.js';
import { decidePage, mentionsOf, readPage, type PageOutcome, type ReadPage } from '../domain/record-page.js';
import { ConnectionRepository } from '../persistence/connection.repository.js';
import {
  CrosswalkRepository,
  type Adoption,
  type RecordKey,
  type RecordLink,
  type ResourceScope,
} from '../persistence/crosswalk.repository.js';
import { EntityRepository, type RedirectedEntity } from '../persistence/entity.repository.js';
import { RecordErrorRepository } from '../persistence/record-error.repository.js';
import type { SeenRecord } from './agreement/seen-page.js';
import { MatchPage } from './identity/match-page.js';

export interface RecordPage extends ResourceScope {
  readonly records: readonly ChangedRecord[];
  readonly normalizer: Normalizer;
  readonly isRenormalizing: boolean;
}

export interface DecidedPage extends PageOutcome {
  readonly redirected: readonly RedirectedEntity[];
  /** What could be read, stale or not. */
  readonly seen: readonly SeenRecord[];
}

/**
 * Brings entities and crosswalk up to a page of records, in the caller's transaction and a fixed number of statements. Locks
 * are taken in one order over all pages (new links, links of the page, the tenant's identity, entities; each by key), so pages that overlap wait for
 * each other and never in a circle.
 */
@Injectable()
export class ApplyPage {
  constructor(
    private readonly connections: ConnectionRepository,
    private readonly crosswalk: CrosswalkRepository,
    private readonly entities: EntityRepository,
    private readonly recordErrors: RecordErrorRepository,
    private readonly matchPage: MatchPage,
  ) {}

  /** Reserves and locks what the page touches, and decides what becomes of each record. */
  async decide(tx: Tx, page: RecordPage): Promise<DecidedPage> {
    const region = await this.regionOf(tx, page);
    const read = readPage(page.records, page.normalizer, contextOf(region));
    const ids = await this.crosswalk.reserve(tx, page, keysOf(page, read));
    const recordIds = page.records.map(({ recordId }) => recordId);
    const locked = await this.crosswalk.lock(tx, page, recordIds);
    const adoptions =
      page.entityType === 'contact' ? await this.matchPage.execute(tx, page, read, { ids, links: locked }) : [];
    const links = relinked(locked, adoptions);
    for (const { recordId, entityId } of adoptions) ids.set({ resource: page.resource, recordId }, entityId);
    const entityIds = [...links.values()].map(({ entityId }) => entityId);
    const known = await this.entities.lock(tx, page.tenantId, entityIds);
    const led = page.entityType === 'contact' ? await this.crosswalk.ledElsewhere(tx, page, entityIds) : noEntities;
    const outcome = decidePage(read, page.normalizer, {
      link: (recordId) => links.get(recordId),
      entity: (entityId) => known.get(entityId),
      isLedElsewhere: (entityId) => led.has(entityId),
      idOf: (mention) => ids.of(mention),
      isRenormalizing: page.isRenormalizing,
    });
    const redirected = await this.redirect(tx, page, adoptions, outcome, known);
    return { ...outcome, redirected, seen: seenOf(page, read, links) };
  }

  /** Ids under which other entities mention records that were given other entities answer where those went. */
  private async redirect(
    tx: Tx,
    page: RecordPage,
    adoptions: readonly Adoption[],
    { changes, applied }: PageOutcome,
    known: ReadonlyMap<string, KnownEntity>,
  ): Promise<RedirectedEntity[]> {
    const redirected = adoptions.flatMap(({ recordId, entityId, formerId }) => {
      const state = changes.find((change) => change.entityId === entityId)?.state ?? known.get(entityId)?.state;
      const revision = applied.find((record) => record.recordId === recordId)?.revision ?? 0;
      return state === undefined || formerId === null
        ? []
        : [{ recordId, revision, entityId: formerId, intoId: entityId, state }];
    });
    await this.entities.saveRedirects(tx, { ...page, normalizerVersion: page.normalizer.version }, redirected);
    return redirected;
  }

  async keep(tx: Tx, page: RecordPage, { changes, confirmed, applied, rejected }: PageOutcome): Promise<void> {
    const writing = { ...page, normalizerVersion: page.normalizer.version };
    const entities = changes.map((change) => ({ ...change, deleted: change.verb === 'deleted' }));
    await this.entities.save(tx, writing, entities);
    if (page.entityType === 'contact') await this.matchPage.keepKeys(tx, page, changes);
    await this.entities.confirm(tx, writing, confirmed);
    await this.crosswalk.advance(tx, page, applied);
    await this.recordErrors.clear(tx, page, applied);
    await this.recordErrors.keep(tx, writing, rejected);
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

/** Of each record its newest copy. */
function seenOf({ records }: RecordPage, { readable }: ReadPage, links: ReadonlyMap<string, RecordLink>): SeenRecord[] {
  const newest = new Map(
    readable.toSorted((a, b) => a.revision - b.revision).map((record) => [record.recordId, record]),
  );
  return [...newest.values()].flatMap((record) => {
    const entityId = links.get(record.recordId)?.entityId;
    const copy = records.find(({ recordId, revision }) => recordId === record.recordId && revision === record.revision);
    return entityId === undefined || copy === undefined ? [] : [{ ...record, entityId, body: copy.body }];
  });
}

const noEntities: ReadonlySet<string> = new Set();

function relinked(
  links: ReadonlyMap<string, RecordLink>,
  adoptions: readonly Adoption[],
): ReadonlyMap<string, RecordLink> {
  const adopted = adoptions.map(
    ({ recordId, entityId }) => [recordId, { entityId, revision: 0, isLinked: false }] as const,
  );
  return new Map([...links, ...adopted]);
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
